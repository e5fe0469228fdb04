// Clicks inside our own HTML become events of the component; nothing else runs in the browser.
const toMark = (sheet) => {
  const mark = sheet.querySelector('.mark');
  if (!mark) return;
  const [box, frame] = [mark.getBoundingClientRect(), sheet.getBoundingClientRect()];
  sheet.scrollLeft += box.left - frame.left - (frame.width - box.width) / 2;
  sheet.scrollTop += box.top - frame.top - (frame.height - box.height) / 2;
};
const enlarge = (sheet, large) => {
  sheet.classList.toggle('large', large); // without `large`: the other state
  toMark(sheet);
};
element.addEventListener('click', (event) => {
  const sheet = event.target.closest('.sheet');
  if (sheet) enlarge(sheet);
  const button = event.target.closest('[data-event]');
  if (!button || button.disabled) return;
  const { document: name, page, box, note, question } = button.dataset;
  if (button.dataset.event === 'cite') {
    window.yusuanTurned = true;
    trigger('cite', { document: name, page, box, note });
  }
  if (button.dataset.event === 'ask') trigger('ask', { question });
});
const narrow = () => window.matchMedia('(max-width: 900px)').matches;
watch('value', async () => {
  const last = element.querySelector('.turn:last-child');
  if (last) last.scrollIntoView({ block: 'start', behavior: 'smooth' });
  const sheet = element.querySelector('.sheet');
  if (!sheet) return;
  const asked = window.yusuanTurned;
  window.yusuanTurned = false;
  await sheet.querySelector('img').decode();
  if (narrow() && sheet.querySelector('.mark')) enlarge(sheet, true);
  if (asked) element.querySelector('.viewer').scrollIntoView({ block: narrow() ? 'start' : 'nearest', behavior: 'smooth' });
});

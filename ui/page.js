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
watch('value', () => {
  const sheet = element.querySelector('.sheet');
  if (sheet && sheet.querySelector('.mark') && window.matchMedia('(max-width: 900px)').matches) {
    sheet.querySelector('img').decode().then(() => enlarge(sheet, true));
  }
  if (sheet && window.yusuanTurned) {
    window.yusuanTurned = false;
    element.querySelector('.viewer').scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  }
  const last = element.querySelector('.turn:last-child');
  if (last) last.scrollIntoView({ block: 'start', behavior: 'smooth' });
});

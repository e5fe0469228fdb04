document.documentElement.lang = /\/en\/?$/.test(location.pathname) ? 'en' : 'zh-CN';
document.documentElement.style.scrollbarGutter = 'stable'; // a page that grows longer does not move sideways
if (document.documentElement.lang === 'en') { // Gradio has one title for both pages
  const named = () => { if (document.title !== 'Budget Q&A · Yusuan') document.title = 'Budget Q&A · Yusuan'; };
  new MutationObserver(named).observe(document.head, { childList: true, subtree: true, characterData: true });
  named();
}
// The look that was chosen here before goes before the system's, which Gradio sets as it starts.
window.yusuanLook = () => {
  const chosen = localStorage.getItem('yusuan-look');
  if (chosen) document.body.classList.toggle('dark', chosen === 'dark');
};
const keepLook = () => {
  window.yusuanLook();
  new MutationObserver(window.yusuanLook).observe(document.body, { attributeFilter: ['class'] });
};
if (document.body) keepLook();
else document.addEventListener('DOMContentLoaded', keepLook);
// What was typed and not yet asked survives a reload, as it happens when the server was away.
const questionBox = () => document.querySelector('#question textarea, #question input');
document.addEventListener('input', ({ target }) => {
  if (target === questionBox()) sessionStorage.setItem('yusuan-typed', target.value);
});
const waiting = setInterval(() => {
  const box = questionBox();
  if (!box) return;
  clearInterval(waiting);
  const typed = sessionStorage.getItem('yusuan-typed');
  if (!typed || box.value) return;
  box.value = typed;
  box.dispatchEvent(new Event('input', { bubbles: true }));
}, 100);

document.documentElement.lang = /\/en\/?$/.test(location.pathname) ? 'en' : 'zh-CN';
(() => {
  const chosen = localStorage.getItem('yusuan-look');
  const theme = new URL(location).searchParams.get('__theme');
  if (!chosen || theme) return;
  const apply = () => document.body.classList.toggle('dark', chosen === 'dark');
  new MutationObserver(apply).observe(document.documentElement, { childList: true });
  document.addEventListener('DOMContentLoaded', apply);
  window.addEventListener('load', apply);
})();

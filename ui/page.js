// Clicks inside our own HTML become events of the component, or requests to our own server; nothing else runs here.
const root = () => new URL(location.pathname.replace(/\/en\/?$/, '/'), location.origin);
const LANGUAGE = document.documentElement.lang.slice(0, 2);
const HEADERS = { 'X-Yusuan': LANGUAGE, 'Content-Type': 'application/json' };
const narrow = () => window.matchMedia('(max-width: 900px)').matches;
const behavior = () => (window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth');

const scrollTo = (to, block) => to?.scrollIntoView({ block, behavior: behavior() });
const toMark = (sheet) => {
  const mark = sheet.querySelector('.mark, .also');
  if (!mark) return;
  const [box, frame] = [mark.getBoundingClientRect(), sheet.getBoundingClientRect()];
  sheet.scrollLeft += box.left - frame.left - (frame.width - box.width) / 2;
  sheet.scrollTop += box.top - frame.top - (frame.height - box.height) / 2;
};
const ZOOMS = [1, 1.5, 2.2, 3.2];
const zoom = (viewer, wanted) => {
  viewer.dataset.zoomed = Math.max(0, Math.min(ZOOMS.length - 1, wanted));
  viewer.style.setProperty('--zoom', ZOOMS[viewer.dataset.zoomed]);
  viewer.querySelectorAll('.sheet').forEach(toMark);
};
const zoomed = (viewer) => Number(viewer.dataset.zoomed ?? 0);
const fullscreen = (on) => {
  const full = element.closest('#viewer').classList.toggle('full', on);
  element.querySelector('[data-zoom=full]')?.setAttribute('aria-pressed', String(full));
};

const say = (near, text) => {
  const said = near.closest('.tools, form, .upload, .login')?.querySelector('.said');
  if (said) said.textContent = text;
};
const post = async (from, path, data) => {
  try {
    const reply = await fetch(new URL(path, root()), { method: 'POST', headers: HEADERS, body: JSON.stringify(data) });
    const { message } = await reply.json();
    say(from, message ?? '');
    return reply.ok;
  } catch (error) {
    say(from, String(error));
    return false;
  }
};
const REFRESHING = /^(staff|documents)\//;
const send = async (from, data) => {
  const { post: path, confirm: question, ...rest } = data;
  if (question && !window.confirm(question)) return;
  const done = await post(from, path, rest);
  if (done && from.classList.contains('thumb')) from.setAttribute('aria-pressed', 'true');
  if (REFRESHING.test(path)) trigger('refresh', {});
};
const copy = async (button, text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(document.createElement('textarea'), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  say(button, button.dataset.done);
};

const sendFile = (file, list) => {
  const line = list.appendChild(document.createElement('li'));
  const bar = Object.assign(document.createElement('progress'), { max: 1, value: 0 });
  const state = document.createElement('span');
  bar.setAttribute('aria-label', file.name);
  line.append(`${file.name} `, bar, state);
  const fail = (why) => { bar.remove(); line.classList.add('differs'); state.textContent = ` ${list.dataset.failed}${list.dataset.colon}${why}`; };
  if (file.size > Number(list.dataset.most) * 1e6) return fail(list.dataset.toobig);
  const request = new XMLHttpRequest();
  const address = new URL('documents/add', root());
  address.searchParams.set('name', file.name);
  return new Promise((resolve) => {
    request.open('POST', address);
    request.setRequestHeader('X-Yusuan', LANGUAGE);
    request.upload.onprogress = (event) => { bar.value = event.loaded / event.total; };
    request.onload = () => {
      if (request.status === 200) line.remove();
      else try { fail(JSON.parse(request.responseText).message); } catch { fail(request.status); }
      trigger('refresh', {});
      resolve();
    };
    request.onerror = () => { fail(''); resolve(); };
    request.send(file);
  });
};
const uploadAll = async (files) => {
  const list = element.querySelector('.sending');
  for (const file of files) await sendFile(file, list);
};

const savePicture = (filename) => {
  const { data, layout } = document.querySelector('#chart .js-plotly-plot');
  const paper = { paper_bgcolor: '#fff', plot_bgcolor: '#fff', font: { ...layout.font, color: '#1e293b' } };
  window.Plotly.downloadImage({ data, layout: { ...layout, ...paper } }, { format: 'png', scale: 2, width: 900, height: 500, filename });
};
const EVENTS = ['ask', 'stop', 'retry', 'edit', 'open', 'clear', 'sort', 'turn', 'narrow', 'report', 'refresh', 'cite', 'documents'];
element.addEventListener('click', (event) => {
  const sheet = event.target.closest('.sheet');
  if (sheet) zoom(sheet.closest('.viewer'), zoomed(sheet.closest('.viewer')) ? 0 : 2);
  const button = event.target.closest('button, a');
  if (!button || button.disabled) return;
  const data = { ...button.dataset };
  if (data.zoom === 'full') fullscreen();
  else if (data.zoom) zoom(button.closest('.viewer'), zoomed(button.closest('.viewer')) + (data.zoom === 'in' ? 1 : -1));
  if ('dark' in data) {
    localStorage.setItem('yusuan-look', document.body.classList.contains('dark') ? 'light' : 'dark');
    window.yusuanLook();
  }
  if ('language' in data) button.href = button.getAttribute('href').split('?')[0] + (element.dataset.link ?? location.search);
  if ('file' in data) button.href = new URL(button.getAttribute('href'), root());
  if ('back' in data) scrollTo(window.yusuanFrom?.isConnected ? window.yusuanFrom : document.querySelector('#talk'), 'center');
  if ('skip' in data) {
    const asked = [...document.querySelectorAll('#talk .asked')].at(-1);
    const after = (one) => asked.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
    [...document.querySelectorAll('#talk .citation')].find(after)?.focus();
  }
  if ('png' in data) savePicture(data.png);
  if ('copy' in data) copy(button, data.copy);
  if ('link' in data) copy(button, new URL(data.link, location.href.split(/[?#]/)[0]).href);
  if (data.post && button.type === 'button') send(button, data);
  if (!EVENTS.includes(data.event)) return;
  if (data.event === 'cite' && !button.closest('#viewer')) window.yusuanFrom = button;
  if (data.event === 'report') window.yusuanReport = true;
  if (data.event === 'open') button.closest('details').open = false;
  trigger(data.event, data);
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  const { kind, reason, ...rest } = Object.fromEntries(new FormData(form));
  const told = kind ? { reason: [kind, reason].filter(Boolean).join('：') } : {};
  send(form, { ...form.dataset, ...rest, ...told });
});
element.addEventListener('change', (event) => {
  if (event.target.type === 'file') uploadAll([...event.target.files]).then(() => { event.target.value = ''; });
});
for (const name of ['dragover', 'dragleave', 'drop']) {
  element.addEventListener(name, (event) => {
    const drop = event.target.closest?.('.drop');
    if (!drop) return;
    event.preventDefault();
    drop.classList.toggle('over', name === 'dragover');
    if (name === 'drop') uploadAll([...event.dataTransfer.files]);
  });
}
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && element.closest('#viewer.full')) fullscreen(false);
});
// The conversation comes back when the page is loaded again, as it is after the server was away.
const keep = (link) => {
  const questions = new URLSearchParams(link).get('q') ?? '';
  sessionStorage.setItem('yusuan-talk', questions);
  if (![null, questions].includes(new URLSearchParams(location.search).get('q'))) {
    history.replaceState(history.state, '', location.pathname);
  }
};
watch('value', async () => {
  const talk = element.querySelector('.conversation');
  if (talk) keep(talk.dataset.talk);
  const asked = [...element.querySelectorAll('.asked')];
  const stands = `${asked.length}${element.querySelector('.pending') ? '…' : ''}`;
  if (talk && asked.length > parseInt(element.dataset.stands ?? '0', 10)) sessionStorage.removeItem('yusuan-typed');
  if (stands !== (element.dataset.stands ?? '0')) scrollTo(asked.at(-1)?.closest('.turn'), 'start');
  element.dataset.stands = stands;
  if (window.yusuanReport && element.querySelector('.report')) {
    window.yusuanReport = false;
    element.querySelector('.report').focus();
  }
  const sheet = element.querySelector('.sheet');
  if (!sheet) return;
  await Promise.all([...element.querySelectorAll('.sheet img')].map((picture) => picture.decode()));
  if (narrow() && sheet.querySelector('.mark')) zoom(sheet.closest('.viewer'), 2);
  else element.querySelectorAll('.sheet').forEach(toMark);
  if (element.querySelector('.viewer').dataset.clicked) scrollTo(element.querySelector('.viewer'), narrow() ? 'start' : 'nearest');
});

/** A single-page app in forty lines: views come and go, the session stays, since it is the page's and no element's. */
const session = new globalThis.SecureMeeting.SecureMeetingSession({
  room: 'single-page-app',
  tokenEndpoint: '/api/token',
});

/** A tag that shows the session. It goes with its view, and the meeting goes on: an element never leaves the page's. */
function meeting(className = '') {
  const element = document.createElement('secure-meeting');
  element.className = className;
  element.session = session;
  return element;
}

function paragraph(text) {
  return Object.assign(document.createElement('p'), { textContent: text });
}

const VIEWS = {
  meeting: () => [meeting()],
  notes: () => [paragraph('What we agreed on: …'), meeting('corner')],
  quiet: () => [paragraph('Nothing of the call is on this view; everyone is still heard.')],
};

function show() {
  const name = new URLSearchParams(location.search).get('view') ?? 'meeting';
  document.querySelector('#view').replaceChildren(...(VIEWS[name] ?? VIEWS.meeting)());
  for (const link of document.querySelectorAll('.views a'))
    if (link.search === `?view=${name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
}

document.querySelector('.views').addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  show();
});
addEventListener('popstate', show);
show();

session.subscribe(({ phase, encryption }) => {
  document.querySelector('#said').textContent =
    phase === 'joined' ? `In the meeting, which is ${encryption.state}.` : `Not in the meeting (${phase}).`;
});
// The page's session is the page's to end, when the page goes.
addEventListener('pagehide', () => void session.leave());

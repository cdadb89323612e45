/** A user interface of the page's own over the session: it draws the state, and wishes go to the session. */
const { SecureMeetingSession } = globalThis.SecureMeeting;
const find = (selector) => document.querySelector(selector);

const WORDS = {
  waiting: 'not confirmed yet',
  encrypted: 'end-to-end encrypted',
  verified: 'end-to-end encrypted, code compared',
  stale: 'nothing proved lately',
  refused: 'something was refused',
  stranger: 'not in this meeting',
};

let session;
/** Identity to its place in the list, with what lets go of its picture. */
const places = new Map();

function draw(state) {
  const joined = state.phase === 'joined' || state.phase === 'reconnecting';
  find('#door').hidden = joined;
  find('#meeting').hidden = !joined;
  find('#said').textContent = sentence(state);
  if (!joined) return forget(new Set());
  const people = [state.self, ...state.others];
  for (const person of people) drawPerson(person);
  forget(new Set(people.map(({ identity }) => identity)));
  find('#microphone').setAttribute('aria-pressed', String(state.self.microphone));
  find('#camera').setAttribute('aria-pressed', String(state.self.camera));
  find('#chat').replaceChildren(
    ...state.chat.map(({ name, text }) =>
      Object.assign(document.createElement('li'), { textContent: `${name}: ${text}` }),
    ),
  );
}

function sentence({ phase, encryption, error }) {
  if (phase === 'joined') return `The meeting is ${encryption.state}.`;
  if (phase === 'failed') return `Not joined: ${error?.code ?? 'unknown'}.`;
  return phase === 'left' ? 'You left.' : `${phase} …`;
}

function drawPerson({ identity, name, local, encryption }) {
  let place = places.get(identity);
  if (!place) {
    const item = document.createElement('li');
    const video = Object.assign(document.createElement('video'), { autoplay: true, playsInline: true, muted: true });
    const [who, proof] = [document.createElement('bdi'), document.createElement('small')];
    const line = document.createElement('p');
    line.append(who, ' ', proof);
    item.append(video, line);
    find('#people').append(item);
    // The only way to pictures: one comes once it is proved, and goes when it is not.
    place = { item, who, proof, release: session.attach(video, { identity, source: 'camera' }) };
    places.set(identity, place);
  }
  place.who.textContent = name || 'Somebody';
  place.proof.textContent = local ? 'you' : (WORDS[encryption] ?? encryption);
}

function forget(present) {
  for (const [identity, { item, release }] of places) {
    if (present.has(identity)) continue;
    release();
    item.remove();
    places.delete(identity);
  }
}

find('#door').addEventListener('submit', (event) => {
  event.preventDefault();
  session = new SecureMeetingSession({
    room: 'headless',
    tokenEndpoint: '/api/token',
    displayName: new FormData(event.target).get('name'),
  });
  session.subscribe(draw);
  // What goes wrong is in the state too, and `draw` says it.
  session.join().catch(() => undefined);
});
find('#microphone').addEventListener('click', () => session.setMicrophone(!session.state.self.microphone));
find('#camera').addEventListener('click', () => session.setCamera(!session.state.self.camera));
find('#leave').addEventListener('click', () => session.leave());
find('#write').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = event.target.elements.text;
  session.sendChat(field.value).catch(({ code }) => (find('#said').textContent = `Not sent: ${code}.`));
  field.value = '';
});

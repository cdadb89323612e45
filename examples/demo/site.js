/** The host site's whole part: it names the meeting, and hands out the invitation. */
const meeting = document.querySelector('secure-meeting');
const title = document.querySelector('#title');
const said = document.querySelector('#said');

/** The room is the topic plus some letters, so that two meetings of one topic do not meet. */
function nameRoom(topic) {
  const letters = crypto.getRandomValues(new Uint8Array(4));
  return `${topic.trim()} ${[...letters].map((byte) => (byte % 36).toString(36)).join('')}`;
}

/** The page of one meeting: the invitation, too. The participants make the key among themselves, so no link holds it. */
function pageOf(room) {
  const page = new URL('/', location.href);
  page.searchParams.set('meeting', room);
  return page;
}

function show(room) {
  meeting.setAttribute('room', room);
  title.textContent = room.replace(/ \w{4}$/, '');
  document.title = `${title.textContent}: Alder & Finch`;
  document.querySelector('#start').hidden = true;
  document.querySelector('#meeting').hidden = false;
}

const invitation = (room) => meeting.createInvitation(pageOf(room).href);

document.querySelector('#start-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const room = nameRoom(event.target.topic.value);
  show(room);
  history.pushState(null, '', pageOf(room));
});

async function copyInvitation() {
  try {
    await navigator.clipboard.writeText(await invitation(meeting.getAttribute('room')));
    said.textContent = 'The invitation is copied. Whoever has it can join, so send it to those you want to see.';
  } catch (error) {
    said.textContent = `The invitation could not be copied: ${error.message}`;
  }
}
document.querySelector('#copy').addEventListener('click', copyInvitation);
meeting.addEventListener('invite-request', (event) => {
  event.preventDefault();
  void copyInvitation();
});
meeting.addEventListener('encryption-violation', (event) => {
  said.textContent = `Something that was not properly encrypted was blocked (${event.detail.code}).`;
});

addEventListener('popstate', () => location.reload());
const invited = new URL(location.href).searchParams.get('meeting');
if (invited) show(invited);

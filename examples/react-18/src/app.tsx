import { useRef, useState } from 'react';
import { SecureMeeting, type SecureMeetingElement } from 'secure-meeting/react';
import 'secure-meeting/place.css';

/** Handlers get the element's own events, with their details typed; the `ref` gives the element with its methods. */
export function App() {
  const [open, setOpen] = useState(true);
  const [name, setName] = useState('Ana');
  const [state, setState] = useState('idle');
  const call = useRef<SecureMeetingElement>(null);
  return (
    <main>
      <h1>A meeting in React 18</h1>
      <p>
        <label>
          Display name <input value={name} onChange={(event) => setName(event.target.value)} />
        </label>{' '}
        <button id="toggle" onClick={() => setOpen(!open)}>
          {open ? 'Close the meeting' : 'Open the meeting'}
        </button>{' '}
        <button id="leave" onClick={() => void call.current?.leave()}>
          Leave
        </button>
      </p>
      {open && (
        <SecureMeeting
          ref={call}
          room="react-18"
          tokenEndpoint="/api/token"
          displayName={name}
          startMuted
          onEncryptionState={(event) => setState(event.detail.state)}
        />
      )}
      <p id="state" role="status">
        {state}
      </p>
    </main>
  );
}

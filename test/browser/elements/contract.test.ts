import { collect, click, deep, expect, make, text, until } from '../../support/elements.js';
import { FakeSession, person } from '../../support/fake-session.js';
import type { SecureMeeting } from '../../../src/elements/index.js';
import { openTabStore } from '../../../src/session/tab-store.js';

const joined = { phase: 'joined', connection: 'connected', encryption: { state: 'encrypted', epoch: 1 } } as const;

describe('the contract of <secure-meeting>', () => {
  let element: SecureMeeting;
  let warnings: string[];
  const { warn } = console;
  beforeEach(() => {
    warnings = [];
    console.warn = (...args: unknown[]) => warnings.push(args.join(' '));
  });
  afterEach(() => {
    console.warn = warn;
    element.remove();
    document.querySelectorAll('secure-meeting').forEach((each) => each.remove());
  });

  describe('attributes and properties', () => {
    it('gives each attribute a camelCase property and reflects nothing', async () => {
      element = make({ 'token-endpoint': '/t', 'start-muted': '', quality: 'saver' });
      expect([element.tokenEndpoint, element.startMuted, element.quality]).to.deep.equal(['/t', true, 'saver']);
      element.displayName = 'Ana';
      element.theme = 'dark';
      await element.updateComplete;
      expect(element.hasAttribute('display-name') || element.hasAttribute('theme')).to.equal(false);
    });

    it('takes an unknown value as the default, with one warning and config-invalid', async () => {
      element = document.createElement('secure-meeting');
      const errors = collect(element, 'error');
      element.setAttribute('room', 'Weekly');
      element.setAttribute('layout', 'mosaic');
      document.body.append(element);
      const [error] = await until(() => errors.length > 0 && errors);
      expect(error?.detail.code).to.equal('config-invalid');
      expect(element.layout).to.equal('auto');
      expect(warnings.filter((line) => line.includes('mosaic'))).to.have.length(1);
    });

    it('removes a secret written as an attribute at once and does not use it', async () => {
      element = make();
      const errors = collect(element, 'error');
      element.setAttribute('token', 'eyJsecret');
      element.setAttribute('passphrase', 'hunter22');
      expect(element.hasAttribute('token') || element.hasAttribute('passphrase')).to.equal(false);
      await until(() => errors.length === 2);
      expect(errors.map((error) => error.detail.code)).to.deep.equal(Array(2).fill('config-secret-in-attribute'));
      expect(JSON.stringify(errors.map((error) => error.detail)) + warnings.join()).not.to.match(/eyJsecret|hunter22/);
    });

    it('takes over properties that were set before the upgrade', async () => {
      // A tag that isn't known yet becomes known by being moved into the document whose registry knows it.
      const page = new DOMParser().parseFromString('<secure-meeting room="Weekly"></secure-meeting>', 'text/html');
      const raw = page.querySelector('secure-meeting') as SecureMeeting;
      const session = new FakeSession({ ...joined });
      Object.assign(raw, {
        session,
        messages: { firstHere: 'Nobody but you' },
        displayName: 'Ana',
        tokenEndpoint: '/x',
      });
      element = document.body.appendChild(document.adoptNode(raw));
      await element.updateComplete;
      expect([element.session, element.displayName, element.tokenEndpoint]).to.deep.equal([session, 'Ana', '/x']);
      await until(() => text(element).includes('Nobody but you'));
    });

    it('lists what is not built in capabilities and raises one config-unavailable', async () => {
      element = make({ mode: 'iframe' });
      const errors = collect(element, 'error');
      await until(() => errors.some((error) => error.detail.code === 'config-unavailable'));
      element.room = 'Other';
      await element.updateComplete;
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(errors).to.have.length(1);
      expect(element.capabilities.unavailable['mode-iframe']).to.deep.equal({ available: false, reason: 'not-built' });
    });

    it('hides what features takes away', async () => {
      element = make({ features: 'no-chat no-hand' }, (each) => (each.session = new FakeSession({ ...joined })));
      await until(() => deep(element, '[data-tool=leave]'));
      expect([deep(element, '[data-tool=chat]'), deep(element, '[data-tool=hand]')]).to.deep.equal([null, null]);
      expect(deep(element, '[data-tool=people]')).not.to.equal(null);
    });

    it('says config-locked for what is read when joining, during a meeting only', async () => {
      element = make({}, (each) => (each.session = new FakeSession({ ...joined })));
      const errors = collect(element, 'error');
      await element.updateComplete;
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(errors).to.have.length(0);
      element.encryption = 'off';
      await until(() => errors.length > 0);
      expect(errors[0]?.detail.code).to.equal('config-locked');
    });
  });

  describe('snapshots', () => {
    it('are frozen and never null', () => {
      element = make();
      expect(element.phase).to.equal('prejoin');
      expect(element.encryptionState.state).to.equal('idle');
      expect(Object.isFrozen(element.encryptionState) && Object.isFrozen(element.capabilities)).to.equal(true);
      expect(element.capabilities).to.equal(element.capabilities);
    });

    it('show the session’s, and as custom states', async () => {
      element = make({}, (each) => (each.session = new FakeSession({ ...joined })));
      await element.updateComplete;
      expect(element.phase).to.equal('joined');
      expect(element.matches(':state(joined):state(encrypted)')).to.equal(true);
    });
  });

  describe('events', () => {
    it('come in a task of their own, frozen, composed, and do not bubble', async () => {
      const session = new FakeSession({ ...joined });
      element = make({}, (each) => (each.session = session));
      const above = collect(document, 'participant-joined');
      const events = collect(element, 'participant-joined');
      session.emit('participant-joined', { identity: 'a', name: 'Ana', role: 'member' });
      expect(events).to.have.length(0);
      const [event] = await until(() => events.length > 0 && events);
      expect(event?.detail).to.deep.equal({ identity: 'a', name: 'Ana', role: 'member' });
      expect(Object.isFrozen(event?.detail)).to.equal(true);
      expect(structuredClone(event?.detail)).to.deep.equal(event?.detail);
      expect([event?.composed, event?.bubbles, event?.cancelable, above.length]).to.deep.equal([true, false, false, 0]);
    });

    it('asks with a bubbling, cancelable leave-request; cancelled, nothing is left', async () => {
      const session = new FakeSession({ ...joined });
      element = make({}, (each) => (each.session = session));
      const stop = (event: Event): void => event.preventDefault();
      document.addEventListener('leave-request', stop);
      await click(element, '[data-tool=leave]');
      expect(session.calls.filter(([name]) => name === 'leave')).to.have.length(0);
      document.removeEventListener('leave-request', stop);
      await click(element, '[data-tool=leave]');
      await until(() => session.state.phase === 'left');
    });

    it('shows no error that the page cancels', async () => {
      const session = new FakeSession({ ...joined });
      element = make({}, (each) => (each.session = session));
      await until(() => deep(element, '[data-tool=leave]'));
      const stop = (event: Event): void => event.preventDefault();
      element.addEventListener('error', stop);
      const errors = collect(element, 'error');
      session.emit('error', { code: 'device-in-use', message: '', fatal: false });
      await until(() => errors.length > 0);
      await element.updateComplete;
      expect(text(element)).not.to.contain('Another app');
      element.removeEventListener('error', stop);
      session.emit('error', { code: 'device-in-use', message: '', fatal: false });
      await until(() => text(element).includes('Another app is using your camera'));
    });
  });

  describe('joining', () => {
    it('asks for nothing before somebody acts', async () => {
      const session = new FakeSession();
      element = make({ 'token-endpoint': '/t' }, (each) => (each.session = session));
      await until(() => text(element).includes('Turn on camera and microphone'));
      expect(session.calls).to.deep.equal([]);
    });

    it('joins with the name that was written, by the button', async () => {
      const session = new FakeSession();
      element = make({ 'token-endpoint': '/t' }, (each) => (each.session = session));
      const requests = collect(document, 'join-request');
      const input = await until(() => deep<HTMLInputElement>(element, '[part=prejoin-name]'));
      input.value = 'Ana';
      input.dispatchEvent(new Event('input'));
      await click(element, '[part=prejoin-join]');
      await until(() => element.phase === 'joined');
      expect(requests).to.have.length(1);
      expect(session.calls.map(([name]) => name)).to.deep.equal(['setDisplayName', 'join']);
      expect(session.state.self.name).to.equal('Ana');
    });

    it('asks for the name, and keeps the focus there, when it is empty', async () => {
      element = make({ 'token-endpoint': '/t' }, (each) => (each.session = new FakeSession()));
      await click(element, '[part=prejoin-join]');
      await until(() => text(element).includes('Please write your name first.'));
      expect(element.phase).to.equal('prejoin');
    });

    it('returns the same promise to a second call', async () => {
      element = make({}, (each) => (each.session = new FakeSession()));
      const first = element.join();
      expect(element.join()).to.equal(first);
      await first;
    });

    for (const [title, attributes, code] of [
      ['no room', { room: '' }, 'config-room-missing'],
      ['a room of 129 characters', { room: 'x'.repeat(129) }, 'config-room-invalid'],
      ['control characters in the room', { room: 'a\u0007b' }, 'config-room-invalid'],
      ['no source of permission', { 'display-name': 'Ana' }, 'config-token-source-missing'],
      [
        'a passphrase nobody would use',
        { 'token-endpoint': '/t', 'display-name': 'Ana', 'key-source': 'prompt' },
        'config-invalid',
      ],
      [
        'the secret missing that the page asks for',
        { 'token-endpoint': '/t', 'display-name': 'Ana', room: 'No secret', 'key-source': 'link' },
        'key-link-incomplete',
      ],
      ['control characters in the name', { 'token-endpoint': '/t', 'display-name': 'A\u0000' }, 'config-name-invalid'],
    ] as const) {
      it(`rejects ${title} with ${code}, says so, and can be tried again`, async () => {
        element = make(attributes);
        const errors = collect(element, 'error');
        const error = await element.join().then(
          () => undefined,
          (reason: unknown) => reason as { code: string },
        );
        expect(error?.code).to.equal(code);
        await until(() => errors.length > 0);
        expect(errors[0]?.detail.code).to.equal(code);
        await until(() => deep(element, '#problem'));
        expect(deep(element, '[part=prejoin-join]')?.getAttribute('aria-disabled')).to.equal('false');
      });
    }

    it('asks for the passphrase when it comes from a prompt, and keeps it out of the document', async () => {
      element = make({
        ...{ 'token-endpoint': '/t', 'display-name': 'Ana' },
        ...{ 'key-provider': 'passphrase', 'key-source': 'prompt' },
      });
      const join = element.join().catch((error: unknown) => (error as { code: string }).code);
      await until(() => element.phase === 'passcode');
      const input = await until(() => deep<HTMLInputElement>(element, 'input[name=passphrase]'));
      expect(input.type).to.equal('password');
      await click(element, 'form .ghost');
      expect(await join).to.equal('key-missing');
      expect(element.phase).to.equal('prejoin');
    });
  });

  describe('the invitation', () => {
    afterEach(() => history.replaceState(null, '', location.pathname + location.search));

    it('is a plain link where the participants make the key', async () => {
      element = make({ room: `Plain ${Math.random()}` });
      expect(await element.createInvitation('https://example.org/m#a')).to.equal('https://example.org/m#a');
    });

    it('takes only its own parameter out of the address bar, at once', () => {
      const secret = 'A'.repeat(22);
      history.replaceState({ kept: 1 }, '', `${location.pathname}${location.search}#tab=2&sm-key=${secret}&x=y`);
      element = make();
      expect(location.hash).to.equal('#tab=2&x=y');
      expect(history.state).to.deep.equal({ kept: 1 });
    });

    it('hands the same secret on', async () => {
      const secret = 'Bc'.repeat(11);
      history.replaceState(null, '', `${location.pathname}${location.search}#sm-key=${secret}`);
      element = make({ room: 'Handed on' });
      expect(location.hash).to.equal('');
      expect(await element.createInvitation('https://example.org/m#a')).to.equal(
        `https://example.org/m#a&sm-key=${secret}`,
      );
      expect(element.outerHTML + (element.shadowRoot?.innerHTML ?? '')).not.to.contain(secret);
    });

    it('is kept for the tab before anybody joins, so that a reload does not lose it', async () => {
      const secret = 'De'.repeat(11);
      const room = `Reloaded ${Math.random()}`;
      history.replaceState(null, '', `${location.pathname}${location.search}#sm-key=${secret}`);
      element = make({ room });
      let kept: string | undefined;
      void (async () => {
        while (element.isConnected && kept === undefined) {
          const value = await (await openTabStore(room)).get('link-secret');
          kept = value && new TextDecoder().decode(value);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      })();
      await until(() => kept);
      expect(kept).to.equal(secret);
    });

    it('carries a secret besides that when the page asks for one', async () => {
      element = make({ room: `Asked ${Math.random()}`, 'key-source': 'link' });
      expect(new URL(await element.createInvitation()).hash).to.match(/^#sm-key=[A-Za-z0-9_-]{22}$/);
    });

    it('makes a secret of 128 bits once', async () => {
      element = make({ room: `New ${Math.random()}`, 'key-provider': 'passphrase' });
      const first = await element.createInvitation();
      expect(new URL(first).hash).to.match(/^#sm-key=[A-Za-z0-9_-]{22}$/);
      expect(await element.createInvitation()).to.equal(first);
    });

    it('takes a link that is pasted into the same page', async () => {
      element = make({ room: 'Pasted', 'key-provider': 'passphrase' });
      await element.createInvitation();
      location.hash = `sm-key=${'Z'.repeat(22)}`;
      await until(() => location.hash === '');
      expect(await element.createInvitation()).to.contain('Z'.repeat(22));
    });
  });

  describe('lifecycle', () => {
    it('does not notice being moved', async () => {
      const session = new FakeSession({ ...joined });
      element = make({}, (each) => (each.session = session));
      await until(() => deep(element, '[data-tool=leave]'));
      const box = document.body.appendChild(document.createElement('div'));
      box.append(element);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(session.calls).to.deep.equal([]);
      expect(element.phase).to.equal('joined');
      box.remove();
    });

    it('never leaves the page’s own session', async () => {
      const session = new FakeSession({ ...joined });
      element = make({}, (each) => (each.session = session));
      await until(() => deep(element, '[data-tool=leave]'));
      element.remove();
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(session.calls).to.deep.equal([]);
      const other = make({}, (each) => (each.session = session));
      await until(() => deep(other, '[data-tool=leave]'));
    });

    it('lets go of every video when it is removed', async () => {
      const session = new FakeSession({ ...joined, others: [person('a', 'Ana')], self: { camera: true } });
      element = make({}, (each) => (each.session = session));
      await until(() => session.attached.size === 2);
      element.remove();
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(session.attached.size).to.equal(0);
      document.body.append(element);
      await until(() => session.attached.size === 2);
    });
  });

  describe('slots', () => {
    it('finds the session from a slotted element by a context request', async () => {
      const session = new FakeSession({ ...joined });
      element = make();
      const button = element.appendChild(document.createElement('button'));
      button.slot = 'toolbar-end';
      const got: unknown[] = [];
      const { sessionContext } = await import('../../../src/elements/index.js');
      const request = new Event('context-request', { bubbles: true, composed: true });
      button.dispatchEvent(
        Object.assign(request, {
          context: sessionContext,
          subscribe: true,
          callback: (value: unknown) => got.push(value),
        }),
      );
      element.session = session;
      await until(() => got.length === 2);
      expect(got).to.deep.equal([undefined, session]);
      await until(() => button.assignedSlot !== null);
    });

    it('shows the page’s own prejoin instead of ours', async () => {
      element = make();
      const own = element.appendChild(document.createElement('p'));
      own.slot = 'prejoin';
      await until(() => own.assignedSlot !== null);
      expect(own.assignedSlot?.name).to.equal('prejoin');
      expect(deep(element, '[part=prejoin-join]')?.offsetParent ?? null).to.equal(null);
    });

    it('makes the page’s own tile for each person', async () => {
      class OwnTile extends HTMLElement {
        participant: unknown;
        session: unknown;
      }
      if (!customElements.get('own-tile')) customElements.define('own-tile', OwnTile);
      const session = new FakeSession({ ...joined, others: [person('a', 'Ana'), person('b', 'Ben')] });
      element = make({}, (each) => Object.assign(each, { session, tileTag: 'own-tile' }));
      const tile = await until(() => deep<OwnTile>(element, 'own-tile'));
      expect((tile.participant as { name: string }).name).to.equal('Ana');
      expect(tile.session).to.equal(session);
    });
  });
});

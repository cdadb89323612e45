import { expect } from 'chai';
import { SecureMeetingError } from '../../../src/base/index.js';
import { define } from '../../../src/define/index.js';
import type { SecureMeeting } from '../../../src/elements/index.js';
import type { AccessHandler, AccessQuestion, PhoneVerification } from '../../../src/session/types.js';
import { askerOf, deep } from '../../../examples/screens/screen.js';

define();

/** What is asked before the meeting: the element's screens, and what a page may do instead. */
describe('access', () => {
  let element: SecureMeeting;
  let stop: AbortController;
  beforeEach(() => {
    element = document.createElement('secure-meeting');
    element.setAttribute('room', 'Weekly');
    element.setAttribute('api', '/api');
    document.body.append(element);
    stop = new AbortController();
  });
  afterEach(() => {
    stop.abort();
    element.remove();
  });

  const find = (selector: string): HTMLElement | null => deep(element as never, selector);
  async function until<T>(look: () => T | null | undefined | false): Promise<T> {
    for (let i = 0; i < 3_000; i++) {
      const seen = look();
      if (seen) return seen;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`never seen: ${String(look)}`);
  }
  const ask = async (question: AccessQuestion): ReturnType<AccessHandler> =>
    (await askerOf(element))(question, { signal: stop.signal });
  async function type(name: string, text: string): Promise<void> {
    const field = await until(() => find(`input[name=${name}]`) as HTMLInputElement | null);
    field.value = text;
    field.form?.requestSubmit();
  }
  const phone = (more: Partial<PhoneVerification> = {}): { need: 'verification'; phone: PhoneVerification } => ({
    need: 'verification',
    phone: {
      start: async () => ({ expiresIn: 300, resendIn: 0 }),
      resend: async () => ({ expiresIn: 300, resendIn: 30 }),
      check: async () => undefined,
      ...more,
    },
  });
  const notice = (): Promise<string> => until(() => find('[role=alert]')?.textContent?.trim());

  it('asks for the passcode, and keeps it out of the document', async () => {
    const answer = ask({ need: 'passcode', wrong: false });
    await until(() => element.phase === 'passcode');
    await type('passcode', ' 4711 ');
    expect(await answer).to.deep.equal({ passcode: '4711' });
    expect(element.phase).to.equal('prejoin');
    expect(element.outerHTML + (element.shadowRoot as ShadowRoot).innerHTML).not.to.contain('4711');
  });

  it('going back, leaving and an ended join give up', async () => {
    const back = ask({ need: 'passcode', wrong: true });
    (await until(() => find('form .ghost'))).click();
    expect(await back).to.equal(undefined);
    const left = ask({ need: 'passcode', wrong: false });
    await until(() => find('input[name=passcode]'));
    await element.leave();
    expect(await left).to.equal(undefined);
    const ended = ask({ need: 'passcode', wrong: false });
    await until(() => find('input[name=passcode]'));
    stop.abort();
    expect(await ended).to.equal(undefined);
    expect(element.phase).to.equal('prejoin');
  });

  it('takes no passcode before the lock-out is over, and counts down to it', async () => {
    let answered = false;
    const answer = ask({ need: 'passcode', wrong: true, retryAfter: 2 }).finally(() => (answered = true));
    expect(await notice()).to.contain('Too many tries');
    const button = await until(() => find('[part=button-primary]'));
    expect(button.getAttribute('aria-disabled')).to.equal('true');
    expect(button.textContent).to.contain('0:0');
    await type('passcode', '4711');
    expect(answered).to.equal(false);
    await until(() => button.getAttribute('aria-disabled') === 'false');
    await type('passcode', '4711');
    expect(await answer).to.deep.equal({ passcode: '4711' });
  });

  it('verifies a number: send, a wrong code, another code, another number, done', async () => {
    const asked: string[] = [];
    let wrong = true;
    const answer = ask(
      phone({
        start: async (number) => {
          asked.push(`start ${number}`);
          return { expiresIn: 300, resendIn: 0 };
        },
        resend: async () => {
          asked.push('resend');
          return { expiresIn: 300, resendIn: 30 };
        },
        check: async (code) => {
          asked.push(`check ${code}`);
          if (wrong) throw new SecureMeetingError('token-code-wrong');
        },
      }),
    );
    await until(() => element.phase === 'verification');
    await type('number', '+49 30 901820');
    await type('code', '111111');
    expect(await notice()).to.contain('not the code');
    const [again, change] = (await until(() => find('.pair'))).querySelectorAll('button');
    again?.click();
    await until(() => again?.getAttribute('aria-disabled') === 'true');
    again?.click();
    change?.click();
    await type('number', '+49 30 901821');
    wrong = false;
    await type('code', '123456');
    (await until(() => find('[role=status] + .primary'))).click();
    expect(await answer).to.deep.equal({});
    expect(asked).to.deep.equal([
      'start +49 30 901820',
      'check 111111',
      'resend',
      'start +49 30 901821',
      'check 123456',
    ]);
  });

  it('somebody else’s number is asked for again; too many tries wait; verified before goes on', async () => {
    let failure: SecureMeetingError | undefined = new SecureMeetingError('token-number-in-use');
    const fail = async (): Promise<void> => {
      if (failure) throw failure;
    };
    const answer = ask(
      phone({
        check: fail,
        start: async () => {
          if (failure?.code === 'token-already-verified') throw failure;
          return { expiresIn: 300, resendIn: 30 };
        },
      }),
    );
    await type('number', '+49 30 901820');
    await type('code', '123456');
    expect(await notice()).to.contain('somebody else');
    await type('number', '+49 30 901821');
    failure = new SecureMeetingError('token-rate-limited', { retryAfter: 600 });
    await type('code', '123456');
    await until(
      () => find('.primary')?.textContent?.includes('9:59') || find('.primary')?.textContent?.includes('10:00'),
    );
    stop.abort();
    expect(await answer).to.equal(undefined);
    stop = new AbortController();
    failure = new SecureMeetingError('token-already-verified');
    const next = ask(
      phone({
        start: async () => {
          throw failure as SecureMeetingError;
        },
      }),
    );
    await type('number', '+49 30 901820');
    (await until(() => find('[role=status] + .primary'))).click();
    expect(await next).to.deep.equal({});
  });

  it('a page that cancels verification-required shows its own: ours stays away', async () => {
    let detail: unknown;
    element.addEventListener('verification-required', (event) => {
      detail = event.detail;
      event.preventDefault();
    });
    expect(await ask(phone())).to.equal(undefined);
    expect(detail).to.deep.equal({ purpose: 'join' });
    expect(element.phase).to.equal('prejoin');
  });
});

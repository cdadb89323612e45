/** While somebody types their name, what their join takes is loaded and started; and nothing before anybody acts. */
import { deep, expect, make, until } from '../../support/elements.js';
import type { SecureMeeting } from '../../../src/elements/index.js';

class FakeWorker extends EventTarget {
  static readonly all: FakeWorker[] = [];
  ended = false;
  constructor() {
    super();
    FakeWorker.all.push(this);
  }
  postMessage(): void {}
  terminate(): void {
    this.ended = true;
  }
}

describe('before a join', () => {
  const { Worker } = globalThis;
  let element: SecureMeeting;
  beforeEach(async () => {
    globalThis.Worker = FakeWorker as never;
    element = make({ 'token-endpoint': '/none', 'worker-src': '/w.js' });
    await until(field);
  });
  afterEach(async () => {
    element.remove();
    await until(() => FakeWorker.all.every(({ ended }) => ended));
    globalThis.Worker = Worker;
    FakeWorker.all.length = 0;
    Reflect.deleteProperty(navigator, 'connection');
  });
  const field = (): HTMLInputElement | null => deep<HTMLInputElement>(element, 'input[name=name]');

  it('the worker starts when somebody is at the first screen, once, and ends with an element that goes', async () => {
    expect(FakeWorker.all).to.have.length(0);
    field()?.focus();
    await until(() => FakeWorker.all.length === 1);
    field()?.blur();
    field()?.focus();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(FakeWorker.all).to.have.length(1);
    expect(FakeWorker.all[0]?.ended).to.equal(false);
    expect(customElements.get('secure-meeting-live'), 'the meeting’s own parts, too').not.to.equal(undefined);
  });

  it('none beside a join that began without', async () => {
    await element.join().catch(() => undefined);
    await until(() => FakeWorker.all.every(({ ended }) => ended));
    const before = FakeWorker.all.length;
    field()?.focus();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(FakeWorker.all).to.have.length(before);
  });

  it('not where data is to be saved', async () => {
    Object.defineProperty(navigator, 'connection', { configurable: true, value: { saveData: true } });
    field()?.focus();
    await element.updateComplete;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(FakeWorker.all).to.have.length(0);
  });
});

import { html, render } from 'lit';
import { expect } from '../../support/elements.js';
import { repeat } from '../../../src/elements/repeat.js';

describe('a list in which things come and go', () => {
  let list: HTMLElement;
  const show = (...names: readonly string[]): unknown =>
    render(
      html`<p>
        before
        ${repeat(
          names,
          (name) => name,
          (name) => html`<b>${name}</b>`,
        )}
        after
      </p>`,
      list,
    );
  const shown = (): (string | null)[] => [...list.querySelectorAll('b')].map(({ textContent }) => textContent);
  const nodes = (): number => list.querySelector('p')!.childNodes.length;
  beforeEach(() => {
    list = document.createElement('div');
  });

  it('holds nothing of who is gone, however many came', () => {
    show('a', 'b', 'c');
    const three = nodes();
    for (let round = 0; round < 100; round++) {
      show(`x${round}`, 'b', `y${round}`, `z${round}`);
      show('c', `y${round}`, 'b');
      show();
      show('a', 'b', 'c');
    }
    expect(shown()).to.deep.equal(['a', 'b', 'c']);
    expect(nodes()).to.equal(three);
  });

  it('keeps the element of everybody who stays, wherever it goes', () => {
    show('a', 'b', 'c', 'd');
    const [a, , c] = list.querySelectorAll('b');
    show('c', 'e', 'a');
    expect(shown()).to.deep.equal(['c', 'e', 'a']);
    const [first, , third] = list.querySelectorAll('b');
    expect(first === c && third === a).to.equal(true);
    expect(list.textContent?.replace(/\s+/g, ' ').trim()).to.equal('before cea after');
  });
});

import { expect } from 'chai';

describe('in Node', () => {
  it('the elements and define can be imported: nothing is registered, nothing throws', async () => {
    const elements = await import('../../../src/elements/index.js');
    const { define } = await import('../../../src/define/index.js');
    expect(elements.SecureMeeting).to.be.a('function');
    expect(() => define()).not.to.throw();
  });
});

import { expect } from 'chai';
import { parseTalk } from '../../../src/session/talk.js';

describe('what somebody says', () => {
  for (const [title, value] of [
    ['a type of a newer version', { type: 'poll', question: 'Tea?' }],
    ['no type', { text: 'Hello' }],
    ['the type of something every object has', { type: 'constructor' }],
    ['a type that is no text', { type: ['chat'], text: 'Hello' }],
    ['a chat without text', { type: 'chat' }],
    ['a chat of 100 KB', { type: 'chat', text: 'x'.repeat(100_000) }],
    ['a text that is no text', { type: 'chat', text: { toString: 'Hello' } }],
    ['a reaction of words', { type: 'reaction', emoji: 'Hello' }],
    ['a reaction of a hundred emoji', { type: 'reaction', emoji: '🎉'.repeat(100) }],
    ['a hand that is half up', { type: 'hand', up: 1 }],
    ['a name of 257 characters', { type: 'name', name: 'x'.repeat(257) }],
    ['a name with a line break', { type: 'name', name: 'Ana\nFerreira' }],
    ['an empty name', { type: 'name', name: '   ' }],
    ['nothing', null],
    ['a number', 7],
  ] as const)
    it(`is nothing when it is ${title}`, () => {
      expect(parseTalk(value)).to.equal(undefined);
    });

  it('loses fields of a newer version, and keeps the rest', () => {
    expect(parseTalk({ type: 'chat', text: 'Hello', replyTo: 'm1', __proto__: { x: 1 } })).to.deep.equal({
      type: 'chat',
      text: 'Hello',
    });
  });
});

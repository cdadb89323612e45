import { expect } from 'chai';
import { SecureMeetingError, fromBase64Url, toBase64Url, type Bytes } from '../../../../src/base/index.js';
import { createIdentityKey, moderationContent, VerifyKey, type IdentityKey } from '../../../../src/crypto/index.js';
import type { HostAction, KeyProvider } from '../../../../src/keys/index.js';
import { enter } from '../../../../src/session/backend/enter.js';
import { moderateBySite } from '../../../../src/session/backend/moderation.js';
import { moderate } from '../../../../src/session/moderate.js';
import type { ModerationAction } from '../../../../src/session/types.js';
import { FakeClock } from '../fake-clock.js';
import { API, FakeSite } from './fake-site.js';

describe('moderation by the site', () => {
  let site: FakeSite;
  let me: IdentityKey;
  beforeEach(async () => {
    site = await FakeSite.start();
    me = await createIdentityKey();
  });
  afterEach(() => site.stop());

  const ask = async (action: ModerationAction): Promise<string> => {
    const { admission } = await enter(
      {
        options: { room: 'weekly', api: API },
        request: { room: 'weekly' },
        ...{ ik: me, admission: undefined, ask: undefined },
      },
      { clock: new FakeClock(), signal: new AbortController().signal, refreshed: undefined },
    );
    return moderateBySite(admission, me, action).then(
      () => '',
      (error: unknown) => (error as SecureMeetingError).code,
    );
  };

  it('is signed with the device key of the host certificate, for this meeting and person alone', async () => {
    site.role = 'host';
    site.answers.set('moderation/mute', () => Response.json({ done: true }));
    expect(await ask({ type: 'mute', identity: 'u_bob' })).to.equal('');
    const { body } = site.asked.find(({ path }) => path === 'moderation/mute')!;
    const content = moderationContent({
      ...{ issuer: 'https://meet.site.example', meeting: site.meeting, action: 'mute', target: 'u_bob', track: '' },
      ...{ id: fromBase64Url(String(body['id'])), time: site.time },
    });
    const signature = fromBase64Url(String(body['signature']));
    expect(VerifyKey.from(me.publicKey)?.verify('moderation', signature, content)).to.equal(true);
    expect(body['certificate']).to.equal(toBase64Url((await site.certificate(me.publicKey)) as Bytes));
  });

  it('is asked for by certified hosts alone; what the site refuses is room-action-refused', async () => {
    expect(await ask({ type: 'mute', identity: 'u_bob' })).to.equal('room-action-refused');
    expect(site.count('moderation/mute')).to.equal(0);
    site.role = 'host';
    site.refuse('moderation/mute', 401, { code: 'unauthorised' });
    expect(await ask({ type: 'mute', identity: 'u_bob' })).to.equal('room-action-refused');
    site.refuse('moderation/end', 503, { code: 'unavailable' });
    expect(await ask({ type: 'end' })).to.equal('token-endpoint-failed');
  });

  it('is repeated under the same id when the answer got lost', async () => {
    site.role = 'host';
    let lost = true;
    site.answers.set('moderation/remove', () => {
      if (!lost) return Response.json({ done: true });
      lost = false;
      throw new TypeError('Failed to fetch');
    });
    expect(await ask({ type: 'remove', identity: 'u_bob' })).to.equal('');
    const ids = site.asked.filter(({ path }) => path === 'moderation/remove').map(({ body }) => body['id']);
    expect(ids).to.have.length(2);
    expect(ids[0]).to.equal(ids[1]);
  });
});

describe('a wish of a host', () => {
  const sender = { identity: 'bob', binding: new Uint8Array(32) };
  const scene = (keys: 'ok' | 'fail' | 'none', bySite: 'ok' | 'fail' | 'no-part' | 'none') => {
    const calls: string[] = [];
    const act = async ({ type }: HostAction): Promise<void> => {
      calls.push(`keys ${type}`);
      if (keys === 'fail') throw new SecureMeetingError('room-action-refused');
    };
    const run = (action: ModerationAction): Promise<string> =>
      moderate(action, {
        provider: keys === 'none' ? undefined : ({ act } as unknown as KeyProvider),
        site:
          bySite === 'none'
            ? undefined
            : async ({ type }) => {
                calls.push(`site ${type}`);
                if (bySite === 'fail') throw new SecureMeetingError('token-endpoint-failed');
                return bySite === 'ok';
              },
        target: (identity) => (identity === 'bob' ? sender : undefined),
        heard: () => ['bob', 'cleo'],
        ask: undefined,
      }).then(
        () => '',
        (error: unknown) => (error as SecureMeetingError).code,
      );
    return { calls, run };
  };
  const remove = { type: 'remove', identity: 'bob' } as const;

  it('removes from the keys first, then from the connection, and tells a failure of either', async () => {
    const good = scene('ok', 'ok');
    expect(await good.run(remove)).to.equal('');
    expect(good.calls).to.deep.equal(['keys remove', 'site remove']);
    const lost = scene('ok', 'fail');
    expect(await lost.run(remove)).to.equal('token-endpoint-failed');
    const stuck = scene('fail', 'ok');
    expect(await stuck.run(remove)).to.equal('room-action-refused');
    expect(stuck.calls, 'the connection ends all the same').to.deep.equal(['keys remove', 'site remove']);
  });

  it('ends the meeting by either: the other may go down with it', async () => {
    expect(await scene('ok', 'fail').run({ type: 'end' })).to.equal('');
    expect(await scene('fail', 'ok').run({ type: 'end' })).to.equal('');
    expect(await scene('fail', 'fail').run({ type: 'end' })).to.equal('room-action-refused');
  });

  it('mutes all who are heard', async () => {
    const { calls, run } = scene('ok', 'ok');
    expect(await run({ type: 'mute-all' })).to.equal('');
    expect(calls).to.deep.equal(['site mute', 'site mute']);
  });

  it('asks in private, and only where a roster says who is a host', async () => {
    const asked: string[] = [];
    const ask = (how: ((identity: string) => Promise<void>) | undefined): Promise<string> =>
      moderate(
        { type: 'ask-to-unmute', identity: 'bob' },
        { ...{ provider: undefined, site: undefined, target: () => undefined, heard: () => [] }, ask: how },
      ).then(
        () => '',
        (error: unknown) => (error as SecureMeetingError).code,
      );
    expect(await ask(async (identity) => void asked.push(identity))).to.equal('');
    expect(asked).to.deep.equal(['bob']);
    expect(await ask(undefined)).to.equal('room-action-refused');
  });

  it('is refused when nobody has a part in it', async () => {
    expect(await scene('ok', 'none').run({ type: 'mute', identity: 'bob' })).to.equal('room-action-refused');
    expect(await scene('ok', 'no-part').run({ type: 'ask-to-unmute', identity: 'bob' })).to.equal(
      'room-action-refused',
    );
    expect(await scene('none', 'none').run({ type: 'lock' })).to.equal('room-action-refused');
    expect(await scene('none', 'ok').run({ type: 'mute', identity: 'bob' })).to.equal('');
  });
});

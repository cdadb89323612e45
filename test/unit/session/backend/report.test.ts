import { expect } from 'chai';
import {
  type SecureMeetingError,
  fromBase64Url,
  fromUtf8,
  toBase64Url,
  toHex,
  utf8,
  type Bytes,
} from '../../../../src/base/index.js';
import { createIdentityKey, reportProofContent, VerifyKey, type IdentityKey } from '../../../../src/crypto/index.js';
import { openReport, sealReport } from '../../../../src/crypto/report.js';
import { xwingPublicKey } from '../../../../src/crypto/xwing.js';
import { enter } from '../../../../src/session/backend/enter.js';
import { sendReport, type ReportContext } from '../../../../src/session/backend/report.js';
import { capabilities } from '../../../../src/session/capabilities.js';
import type { ReportRequest } from '../../../../src/session/types.js';
import { FakeClock } from '../fake-clock.js';
import { API, FakeSite } from './fake-site.js';

const ISSUER = 'https://meet.site.example';

describe('a report', () => {
  const seed = new Uint8Array(32).fill(5);
  let site: FakeSite;
  let me: IdentityKey;
  beforeEach(async () => {
    site = await FakeSite.start();
    site.reportKey = toBase64Url(xwingPublicKey(seed));
    me = await createIdentityKey();
  });
  afterEach(() => site.stop());

  const said = { content: utf8('a sentence'), signature: new Uint8Array(64).fill(7), ik: new Uint8Array(32).fill(8) };
  const context = async (changed: Partial<ReportContext> = {}): Promise<ReportContext> => {
    const { admission } = await enter(
      {
        options: { room: 'weekly', api: API },
        request: { room: 'weekly' },
        ...{ ik: me, admission: undefined, ask: undefined },
      },
      { clock: new FakeClock(), signal: new AbortController().signal, refreshed: undefined },
    );
    return {
      ...{ admission, ik: me, room: 'weekly', roster: () => undefined },
      said: (id) => (id === 'm1' ? (said as { content: Bytes; signature: Bytes; ik: Bytes }) : undefined),
      ...changed,
    };
  };
  const send = (report: ReportRequest, changed: Partial<ReportContext> = {}): Promise<string> =>
    context(changed)
      .then((whole) => sendReport(report, whole))
      .catch((error: unknown) => (error as SecureMeetingError).code);
  const accept = (): void => void site.answers.set('reports', () => Response.json({ id: 'x' }, { status: 201 }));
  const sent = (): Record<string, unknown> => site.asked.find(({ path }) => path === 'reports')!.body;
  const opened = (): Record<string, unknown> =>
    JSON.parse(fromUtf8(openReport(seed, fromBase64Url(String(sent()['sealed'])))!)) as Record<string, unknown>;

  it('is sealed to the operator’s key, signed with the device key of our certificate, and says what was chosen', async () => {
    accept();
    const number = await send({ reason: 'threat', text: 'see chat', about: 'u_bob', messages: ['m1'] });
    expect(number).to.match(/^[0-9a-f]{32}$/);
    expect(toHex(fromBase64Url(String(sent()['id'])))).to.equal(number);
    expect(opened()).to.deep.equal({
      ...{ reason: 'threat', room: 'weekly', text: 'see chat', about: 'u_bob' },
      evidence: [
        {
          ...{ kind: 'signed', purpose: 'message signature', content: toBase64Url(said.content) },
          ...{ signature: toBase64Url(said.signature), ik: toBase64Url(said.ik) },
        },
      ],
    });
    const content = reportProofContent({
      ...{ issuer: ISSUER, meeting: site.meeting, id: fromBase64Url(String(sent()['id'])), time: site.time },
      sealed: fromBase64Url(String(sent()['sealed'])),
    });
    const good = VerifyKey.from(me.publicKey)?.verify(
      'report sent',
      fromBase64Url(String(sent()['signature'])),
      content,
    );
    expect(good).to.equal(true);
    expect(sent()['certificate']).to.equal(toBase64Url((await site.certificate(me.publicKey)) as Bytes));
  });

  it('takes nothing along by itself, not even with a roster at hand', async () => {
    accept();
    const list = { content: utf8('c'), signature: said.signature, ik: said.ik, roster: utf8('r') } as never;
    await send({ reason: 'spam' }, { roster: () => list });
    expect(opened()).to.deep.equal({ reason: 'spam', room: 'weekly', evidence: [] });
  });

  it('shows who signed by the certificate that came with their key, where we saw it', async () => {
    accept();
    const bob = await createIdentityKey();
    const whole = await context();
    const certificate = (await site.certificate(bob.publicKey, { identity: 'u_bob' })) as Bytes;
    const admitted = await whole.admission.verify(certificate, {
      ...{ meeting: 'weekly', identity: 'u_bob', ik: bob.publicKey },
    });
    expect(admitted).to.deep.equal({ role: 'member', encryption: 'required' });
    await sendReport(
      { reason: 'hate', messages: ['m1'] },
      { ...whole, said: () => ({ ...said, ik: bob.publicKey }) as never },
    );
    expect((opened()['evidence'] as object[])[0]).to.include({ certificate: toBase64Url(certificate) });
    expect((opened()['evidence'] as object[])[0]).not.to.have.property('ik');
  });

  it('carries a picture as it is, and is refused when it is too large', async () => {
    accept();
    const picture = new Blob([new Uint8Array([1, 2, 3])], { type: 'image/jpeg' });
    await send({ reason: 'sexual', picture });
    expect(opened()['evidence']).to.deep.equal([{ kind: 'picture', type: 'image/jpeg', data: 'AQID' }]);
    expect(await send({ reason: 'sexual', picture: new Blob([new Uint8Array(600_001)]) })).to.equal(
      'room-report-too-large',
    );
    const long = { ...said, content: utf8('x'.repeat(12_000)) };
    const many = { reason: 'other' as const, messages: Array.from({ length: 100 }, () => 'm1') };
    expect(await send(many, { said: () => long as never })).to.equal('room-report-too-large');
    expect(await send({ reason: 'other', messages: Array.from({ length: 201 }, () => 'm1') })).to.equal(
      'room-report-too-large',
    );
  });

  it('is not sent with something else than what was chosen', async () => {
    accept();
    expect(await send({ reason: 'other', messages: ['gone'] })).to.equal('room-message-invalid');
    expect(await send({ reason: 'nonsense' as never })).to.equal('room-message-invalid');
    expect(await send({ reason: 'other', text: 'x'.repeat(4001) })).to.equal('room-message-too-long');
    expect(await send({ reason: 'other', roster: true })).to.equal('config-unavailable');
    expect(site.count('reports')).to.equal(0);
  });

  it('is repeated under the same number when the answer got lost; refusals are told apart', async () => {
    let lost = true;
    site.answers.set('reports', () => {
      if (!lost) return Response.json({}, { status: 201 });
      lost = false;
      throw new TypeError('Failed to fetch');
    });
    expect(await send({ reason: 'spam' })).to.match(/^[0-9a-f]{32}$/);
    const ids = site.asked.filter(({ path }) => path === 'reports').map(({ body }) => body['id']);
    expect(ids).to.have.length(2);
    expect(ids[0]).to.equal(ids[1]);
    site.refuse('reports', 429, { code: 'rate-limited' });
    expect(await send({ reason: 'spam' })).to.equal('token-rate-limited');
    site.refuse('reports', 401, { code: 'unauthorised' });
    expect(await send({ reason: 'spam' })).to.equal('room-action-refused');
  });

  it('is offered only where the site publishes a key to seal it to', async () => {
    const reason = (site: boolean, reports: boolean | undefined): string | undefined =>
      capabilities({
        ...{ encrypted: true, provider: undefined, site, reports, signedRoster: true, blur: true, unavailable: {} },
      }).unavailable['feature-report']?.reason;
    expect(reason(false, undefined)).to.equal('no-api');
    expect(reason(true, undefined)).to.equal('not-joined');
    expect(reason(true, false)).to.equal('api-without-reports');
    expect(reason(true, true)).to.equal(undefined);
    site.reportKey = undefined;
    expect(await send({ reason: 'spam' })).to.equal('config-unavailable');
    site.reportKey = toBase64Url(new Uint8Array(1215));
    expect(await send({ reason: 'spam' }), 'a key that is none').to.equal('token-answer-invalid');
    expect(() => sealReport(new Uint8Array(1215), utf8('x'))).to.throw(RangeError);
  });
});

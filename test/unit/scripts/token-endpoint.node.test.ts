import { expect } from 'chai';
import { TokenVerifier } from 'livekit-server-sdk';
import { tokenEndpoint } from '../../../scripts/lib/token-endpoint.mjs';

const livekit = { url: 'ws://127.0.0.1:7880', apiKey: 'key', apiSecret: 'a-secret-of-thirty-two-characters' };
const endpoint = tokenEndpoint(livekit);

const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  endpoint(
    new Request('http://localhost/api/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
const claimsOf = async (response: Response): Promise<{ sub?: string; video?: object }> => {
  const { participant_token } = (await response.json()) as { participant_token: string };
  return new TokenVerifier(livekit.apiKey, livekit.apiSecret).verify(participant_token);
};

describe('the demo’s token endpoint', () => {
  it('answers LiveKit’s standard request with a token for that room and nothing more', async () => {
    const response = await post({ room_name: 'weekly' });
    expect(response.status).to.equal(201);
    expect(response.headers.get('cache-control')).to.equal('no-store');
    const body = (await response.clone().json()) as { server_url: string };
    expect(body.server_url).to.equal(livekit.url);
    expect((await claimsOf(response)).video).to.deep.equal({
      roomJoin: true,
      room: 'weekly',
      canPublish: true,
      canSubscribe: true,
      canPublishData: true,
    });
  });

  it('gives an identity back to the browser that had it, and to no other', async () => {
    const first = await post({ room_name: 'weekly' });
    const cookie = first.headers.get('set-cookie')!.split(';')[0]!;
    const { sub } = await claimsOf(first);
    const again = await claimsOf(await post({ room_name: 'weekly', participant_identity: sub }, { cookie }));
    expect(again.sub).to.equal(sub);
    const other = await claimsOf(await post({ room_name: 'weekly', participant_identity: sub }));
    expect(other.sub).not.to.equal(sub);
    expect((await claimsOf(await post({ room_name: 'weekly' }, { cookie }))).sub).not.to.equal(sub);
  });

  it('keeps its cookie from scripts and from other sites', async () => {
    expect((await post({ room_name: 'weekly' })).headers.get('set-cookie')).to.match(/HttpOnly; SameSite=Strict$/);
  });

  it('refuses bad rooms, bad JSON, other kinds of content, long bodies and other methods', async () => {
    for (const room_name of [undefined, '', 'x'.repeat(129), 'a\u0007b', 7])
      expect((await post({ room_name })).status, String(room_name)).to.equal(422);
    expect((await post('{')).status).to.equal(400);
    expect((await post('[]')).status).to.equal(400);
    expect((await post({ room_name: 'a' }, { 'content-type': 'text/plain' })).status).to.equal(400);
    expect((await post({ room_name: 'a', more: 'x'.repeat(5_000) })).status).to.equal(400);
    expect((await endpoint(new Request('http://localhost/api/token'))).status).to.equal(405);
  });
});

import type { Route } from './http/app.js';
import { ApiError } from './http/errors.js';
import { parse } from './http/fields.js';
import type { Moderation } from './moderation/moderation.js';
import { receiveReport, REPORT_BODY_LIMIT } from './reports/reports.js';
import type { Services } from './services.js';
import { LivekitTokens } from './token/livekit-token.js';
import { TOKEN_REQUEST } from './token/request.js';
import { issueToken } from './token/token.js';
import { CHECK_REQUEST, RESEND_REQUEST, START_REQUEST, Verification } from './verification/verification.js';
import { receiveWebhook } from './webhooks/livekit.js';

/** Every route of the backend. */
export function routes(services: Services, moderation: Moderation): readonly Route[] {
  const { options } = services;
  const tokens = new LivekitTokens(options.livekit.apiKey, options.livekit.apiSecret);
  return [
    {
      method: 'POST',
      path: '/token',
      limit: 8192,
      status: 201,
      handle: (call, body) => issueToken(services, tokens, call, parse(TOKEN_REQUEST, body)),
    },
    ...verificationRoutes(services),
    {
      method: 'POST',
      path: '/moderation/:action',
      limit: 8192,
      handle: (_call, body, { action = '' }) => moderation.handle(action, body),
    },
    ...(options.reportKey === undefined ? [] : [reportRoute(services)]),
    {
      method: 'POST',
      path: '/webhooks/livekit',
      raw: true,
      internal: true,
      handle: (call) => receiveWebhook(services, call),
    },
    {
      method: 'GET',
      path: '/.well-known/secure-meeting.json',
      handle: async () => ({
        issuer: options.issuer,
        keys: services.signing.published,
        ...(options.reportKey !== undefined && { report_key: options.reportKey }),
        time: Math.floor(services.now().getTime() / 1000),
      }),
    },
    ...operatorRoutes(services),
  ];
}

function verificationRoutes(services: Services): readonly Route[] {
  const { verification: options } = services.options;
  if (!options) return [];
  const verification = new Verification(services, options);
  return [
    {
      method: 'POST',
      path: '/verification/start',
      limit: 1024,
      status: 201,
      handle: (call, body) => verification.start(call, parse(START_REQUEST, body)),
    },
    {
      method: 'POST',
      path: '/verification/resend',
      limit: 1024,
      status: 201,
      handle: (call, body) => verification.resend(call, parse(RESEND_REQUEST, body)),
    },
    {
      method: 'POST',
      path: '/verification/check',
      limit: 1024,
      handle: (call, body) => verification.check(call, parse(CHECK_REQUEST, body)),
    },
  ];
}

function reportRoute(services: Services): Route {
  return {
    method: 'POST',
    path: '/reports',
    limit: REPORT_BODY_LIMIT,
    status: 201,
    handle: (_call, body) => receiveReport(services, body),
  };
}

/** For the operator's own machines. */
function operatorRoutes(services: Services): readonly Route[] {
  const { metricsToken } = services.options;
  const metrics: Route = {
    method: 'GET',
    path: '/metrics',
    internal: true,
    async handle({ request }) {
      // Compared as keyed hashes, so that the time tells nothing about the token.
      const [given, wanted] = [request.headers.get('authorization') ?? '', `Bearer ${metricsToken}`].map((text) =>
        services.secrets.ref('limit', text),
      );
      if (String(given) !== String(wanted)) throw new ApiError('unauthorised');
      return new Response(services.metrics.render(), {
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      });
    },
  };
  return [
    { method: 'GET', path: '/health', internal: true, handle: async () => ({ ok: true }) },
    {
      method: 'GET',
      path: '/ready',
      internal: true,
      async handle() {
        await services.database.query('select 1');
        return { ok: true };
      },
    },
    ...(metricsToken === undefined ? [] : [metrics]),
  ];
}

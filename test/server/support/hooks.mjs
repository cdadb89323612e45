/** A site's hooks, as `SECURE_MEETING_HOOKS` names them: `Authorization: Demo ‹name›` is that user. */
export function authenticate(request) {
  const name = /^Demo ([\w-]{1,64})$/.exec(request.headers.get('authorization') ?? '')?.[1];
  return name === undefined ? null : { id: name, verified: !name.startsWith('new-') };
}

export function policy({ user }) {
  return { admit: true, role: user?.id.startsWith('host') ? 'host' : 'member' };
}

/** Who asks, and what they may: put your site's own session and rooms here. As it stands it lets nobody in. */
export async function authenticate(request) {
  void request; // For example: look the session of its cookie up, and answer { id, verified }.
  return null;
}

export async function policy({ user, room }) {
  void room;
  return { admit: user !== null, role: 'member' };
}

/** What this page's policy blocked; nothing ever should be. */
const said = document.querySelector('#said');
const blocked = [];
document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
  blocked.push(`${effectiveDirective} ${blockedURI}`);
  said.textContent = `Blocked: ${blocked.join(', ')}`;
});
document.querySelector('secure-meeting').addEventListener('encryption-state', ({ detail }) => {
  if (blocked.length === 0) said.textContent = `The meeting is ${detail.state}, and nothing was blocked.`;
});

/** Credentials that show by their form, left out of a text: what is logged may be read by others. Pure. */

/** What stands in their place. */
export const hidden = '‹hidden›';

/** Forms of tokens that tell themselves: GitHub, GitLab, Slack, AWS, npm, OpenAI and kin, Google, JSON web tokens. */
const tokens =
  /\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abposr]-[\w-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|npm_[A-Za-z0-9]{30,}|sk-[\w-]{20,}|AIza[\w-]{30,}|ey[A-Za-z0-9_-]{8,}\.ey[\w-]{8,}\.[\w-]*)/g;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
/** `user:password@` and `token@` of an address. */
const urlCredentials = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"<>]+@/gi;

export function withoutCredentials(text: string): string {
  return text.replace(privateKey, hidden).replace(urlCredentials, `$1${hidden}@`).replace(tokens, hidden);
}

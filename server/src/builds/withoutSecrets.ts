/** Text as it may be shown to strangers: without credentials, names of users, and their folders. Pure. */
import { hidden, withoutCredentials } from '../credentials';
import { regExpText } from '../regExpText';

/** What of this machine is to be left out. */
export interface Privacy {
  /** The user's home folder; empty when there is none. */
  readonly home: string;
  readonly user: string;
  readonly host: string;
}

const secretName = String.raw`[\w.-]*(?:token|secret|passw(?:or)?d|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|credential|signature|auth)s?`;
/** `NAME=value`, `name: value`, `"name": "value"`, `?name=value`; a value that ends where text would. */
const assignment = new RegExp(
  String.raw`\b(${secretName})(["']?\s*[=:]\s*)(?!\s)("[^"\n]*"|'[^'\n]*'|(?:Bearer|Basic|token)\s+[^\s"',;&]+|[^\s"',;&]+)`,
  'gi',
);
const bearer = /\b(Bearer|Basic)\s+[A-Za-z0-9+/_.~-]{8,}=*/g;
const option = /(--?(?:token|password|secret|api-key|passphrase)s?)(\s+|=)("[^"\n]*"|'[^'\n]*'|[^\s"']+)/gi;
const netrc = /\b(login|password)(\s+)(\S+)(?=\s|$)/g;
const address = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const otherHomes = /(\/(?:home|Users)\/)[^/\s:'"]+/g;

export function withoutSecrets(text: string, privacy: Privacy): string {
  const withoutTokens = withoutCredentials(text)
    .replace(option, `$1$2${hidden}`)
    .replace(assignment, (_whole, name: string, between: string) => `${name}${between}${hidden}`)
    .replace(bearer, `$1 ${hidden}`)
    .replace(address, (found) => (isStoreLike(found) ? found : hidden));
  const inNetrc = /\bmachine\s+\S+/.test(withoutTokens)
    ? withoutTokens.replace(netrc, `$1$2${hidden}`)
    : withoutTokens;
  return withoutPeople(inNetrc, privacy);
}

function withoutPeople(text: string, { home, user, host }: Privacy): string {
  const atHome = home.length > 1 ? text.replace(asWord(home), '~') : text;
  const elsewhere = atHome.replace(otherHomes, '$1‹user›');
  // Short and common names are words of a log, too.
  const named = isTelling(user) ? elsewhere.replace(asWord(user), '‹user›') : elsewhere;
  return isTelling(host) ? named.replace(asWord(host), '‹host›') : named;
}

function isTelling(name: string): boolean {
  return name.length >= 3 && !/^(?:root|nobody|nixbld\d*|user|localhost|builder|build)$/.test(name);
}

/** `systemd-service@instance.service` and the like are no addresses of people. */
function isStoreLike(text: string): boolean {
  return /\.(?:service|socket|timer|drv)$/.test(text);
}

function asWord(text: string): RegExp {
  return new RegExp(`(?<![\\w-])${regExpText(text)}(?![\\w-])`, 'g');
}

/** An attribute's name as it stands in an attribute path. */
import { nixString } from '../nixString';
export function nameAsWritten(name: string): string {
  return /^[a-zA-Z_][\w'-]*$/.test(name) ? name : nixString(name);
}

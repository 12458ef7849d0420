/** The ways in which Nix writes a hash. Pure. */

export interface WrittenHash {
  readonly form: 'sri' | 'hex' | 'nix32' | 'base64';
  /** `sha256:` before it, as `builtins.fetchTarball` and older files have it. */
  readonly prefix: string;
  readonly digest: Buffer;
}

const digestBytes = [16, 20, 32, 64] as const;

/** Null when the text is no hash. */
export function readHash(text: string): WrittenHash | null {
  const sri = /^[a-z0-9]+-([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  if (sri !== undefined) return { form: 'sri', prefix: '', digest: Buffer.from(sri, 'base64') };
  const [, prefix = '', body = ''] =
    /^((?:md5|sha1|sha256|sha512):)?([0-9A-Za-z+/]+={0,2})$/.exec(text) ?? [];
  for (const bytes of digestBytes) {
    if (body.length === bytes * 2 && /^[0-9a-fA-F]+$/.test(body)) {
      return { form: 'hex', prefix, digest: Buffer.from(body, 'hex') };
    }
    if (body.length === nix32Length(bytes) && /^[0-9a-df-np-sv-z]+$/.test(body)) {
      return { form: 'nix32', prefix, digest: fromNix32(body, bytes) };
    }
    if (body.length === Math.ceil(bytes / 3) * 4 && body.endsWith('=')) {
      return { form: 'base64', prefix, digest: Buffer.from(body, 'base64') };
    }
  }
  return null;
}

/** A hash in SRI form, also one with its kind before it, as Nix prints those of downloads while evaluating; any other as it is. */
export function asSri(text: string): string {
  const written = readHash(text);
  if (written === null || written.form === 'sri') return text;
  return `${written.prefix === '' ? 'sha256' : written.prefix.slice(0, -1)}-${written.digest.toString('base64')}`;
}

/** An SRI hash in the form of another. */
export function writeHash(sri: string, { form, prefix }: Pick<WrittenHash, 'form' | 'prefix'>): string {
  const digest = readHash(sri)?.digest;
  if (form === 'sri' || digest === undefined) return sri;
  if (form === 'hex') return prefix + digest.toString('hex');
  return prefix + (form === 'base64' ? digest.toString('base64') : toNix32(digest));
}

const nix32Digits = '0123456789abcdfghijklmnpqrsvwxyz';

function nix32Length(bytes: number): number {
  return Math.ceil((bytes * 8) / 5);
}

/** Nix's own base-32 (Nix manual, "Store path": digits from the last bits to the first). */
function toNix32(bytes: Uint8Array): string {
  let text = '';
  for (let digit = nix32Length(bytes.length) - 1; digit >= 0; digit--) {
    const bit = digit * 5;
    const low = bytes[bit >> 3] ?? 0;
    const high = bytes[(bit >> 3) + 1] ?? 0;
    text += nix32Digits[((low >> (bit & 7)) | (high << (8 - (bit & 7)))) & 31] ?? '';
  }
  return text;
}

function fromNix32(text: string, length: number): Buffer {
  const bytes = Buffer.alloc(length + 1);
  for (let digit = 0; digit < text.length; digit++) {
    const value = nix32Digits.indexOf(text[text.length - 1 - digit] ?? '0');
    const bit = digit * 5;
    const shifted = value << (bit & 7);
    const low = bit >> 3;
    bytes[low] = (bytes[low] ?? 0) | (shifted & 255);
    bytes[low + 1] = (bytes[low + 1] ?? 0) | (shifted >> 8);
  }
  return bytes.subarray(0, length);
}

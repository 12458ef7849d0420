import { storePathName } from '../../protocol/storePath';
import { lastMatch, type Remedy, type Rule } from './rule';

/** In the words of nixpkgs' setup.sh, `unpackFile` and `unpackPhase`. */
const unknown = /^do not know how to unpack source archive (?<path>\S+)/;
const several = /^unpacker produced multiple directories$/;
const none = /^unpacker appears to have produced no directories$/;

/** Packages whose setup hooks unpack, by the ends of names. Source: nixpkgs' setup hooks of these packages. */
const unpackers: readonly (readonly [end: RegExp, name: string])[] = [
  [/\.zip$/, 'unzip'],
  [/\.7z$/, 'p7zip'],
  [/\.deb$/, 'dpkg'],
  [/\.dmg$/, 'undmg'],
];

/** A source that stdenv does not unpack by itself. */
export const unpack: Rule = ({ lines }) => {
  const found = lastMatch(lines, [unknown, several, none]);
  if (found === null) return null;
  const text = lines[found.line] ?? '';
  const path = found.match.groups?.['path'];
  if (path !== undefined) {
    const name = storePathName(path);
    const unpacker = unpackers.find(([end]) => end.test(name))?.[1];
    return {
      line: found.line,
      cause: `stdenv does not know how to unpack ${name}.`,
      advice:
        unpacker === undefined
          ? 'Set dontUnpack = true if it is no archive; else unpack it in an unpackPhase of your own.'
          : `Add ${unpacker} to nativeBuildInputs.`,
      remedy:
        unpacker === undefined
          ? { kind: 'attribute', attribute: 'dontUnpack', value: 'true' }
          : { kind: 'package', path: [unpacker], attribute: 'nativeBuildInputs' },
    };
  }
  const remedy: Remedy = { kind: 'attribute', attribute: 'sourceRoot', value: '"."' };
  return several.test(text)
    ? {
        line: found.line,
        cause: 'The source unpacks to several folders, and stdenv does not know which to build in.',
        advice: 'Name it in sourceRoot; "." is the folder that has them all.',
        remedy,
      }
    : {
        line: found.line,
        cause: 'The source unpacks to files without a folder around them.',
        advice: 'Set sourceRoot = ".".',
        remedy,
      };
};

import type { Finding, Rule } from './rule';

/** In the words of 2.8 (`requires a …`) and of 2.26 and 2.34. */
const fetched =
  /in pure evaluation mode, ['"](?<call>\w+)['"] (?:will not fetch unlocked input(?: ['"](?<address>[^'"]+)['"])?|requires a (?:['"]sha256['"] argument|locked input))/;
const flake = /cannot call ['"]getFlake['"] on unlocked flake reference ['"](?<address>[^'"]+)['"]/;
const lock = /[Ll]ock ?file contains (?:mutable lock|unlocked input) ['"](?<input>[^\n]+?)['"](?:\.|$)/m;
const notWritten =
  /[Nn]ot writing lock file of flake ['"][^'"]+['"] because it has an unlocked input \(['"]?(?<input>[^)'"]+)/;

/** What a flake takes from elsewhere without saying which state of it. */
export const unlockedInput: Rule = ({ message }) => {
  const say = (cause: string, advice: string): Finding => ({ line: Infinity, cause, advice, remedy: null });
  const { call, address } = (fetched.exec(message) ?? flake.exec(message))?.groups ?? {};
  if (call !== undefined || address !== undefined) {
    const what = address ?? `what ${call ?? ''} names`;
    return say(
      `A flake may not fetch ${what} without saying which state of it: it may be another tomorrow.`,
      call === 'fetchTarball' || call === 'fetchurl'
        ? 'Give it a sha256 (an empty one makes Nix name the true one), or make it an input of the flake.'
        : 'Give it a rev or a narHash, or make it an input of the flake.',
    );
  }
  const input = (lock.exec(message) ?? notWritten.exec(message))?.groups?.['input'];
  if (input === undefined) return null;
  return say(
    `The input ${input} has no fixed state, so that flake.lock cannot name it.`,
    'If it is a git repository of this machine with changes that are not committed (a dirty tree), commit them and run nix flake lock; else lock it anew.',
  );
};

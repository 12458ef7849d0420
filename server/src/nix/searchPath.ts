/** The search path of Nix: where `<nixpkgs>` is looked for. */

/** Entries `name=/path` or `/folder`, the first first; those of Nix itself (`eval-settings.cc`) where NIX_PATH is not set. */
export function nixPathOf(
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): readonly string[] {
  const given = environment['NIX_PATH'];
  if (given !== undefined) return nixPathEntries(given);
  const channels = '/nix/var/nix/profiles/per-user/root/channels';
  return [`${home}/.nix-defexpr/channels`, `nixpkgs=${channels}/nixpkgs`, channels];
}

/** A colon separates them, unless it is a URL's. */
export function nixPathEntries(nixPath: string): readonly string[] {
  return nixPath.split(/:(?!\/\/)/).filter((entry) => entry !== '');
}

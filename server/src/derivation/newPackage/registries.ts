/**
 * Sources of registries for which nixpkgs has fetchers. Source: nixpkgs’ `fetchPypi` (`pkgs/build-support/fetchpypi`) and `fetchCrate`
 * (`pkgs/build-support/rust/fetchcrate.nix`).
 */
import type { Origin } from './origin';

/** Of an archive or a page of a version on PyPI or crates.io; null for anything else. */
export function registryOrigin(host: string, parts: readonly string[]): Origin | null {
  if (/^(?:www\.)?pypi\.org$/.test(host) && parts[0] === 'project') return pypi(parts[1], parts[2], 'tar.gz');
  if (/^(?:files\.pythonhosted\.org|pypi\.(?:io|org|python\.org))$/.test(host) && parts[0] === 'packages') {
    const [, name, version, extension] =
      /^(.+)-(\d[^-]*?)\.(tar\.gz|tar\.bz2|zip)$/.exec(parts.at(-1) ?? '') ?? [];
    return pypi(name, version, extension);
  }
  if (/^(?:www\.)?crates\.io$/.test(host)) {
    const [name, version] = parts[0] === 'api' ? parts.slice(3) : parts.slice(1);
    return /^(?:api\/v1\/)?crates\//.test(parts.join('/')) ? crate(name, version) : null;
  }
  if (host !== 'static.crates.io') return null;
  const [, name, version] = /^(.+?)-(\d[^/]*)\.crate$/.exec(parts.at(-1) ?? '') ?? [];
  return crate(name, version);
}

function pypi(
  name: string | undefined,
  version: string | undefined,
  extension: string | undefined,
): Origin | null {
  if (name === undefined || version === undefined || extension === undefined) return null;
  const file = `${name}-${version}.${extension}`;
  return {
    fetcher: 'fetchPypi',
    arguments: [
      ['pname', name],
      ['version', version],
      ...(extension === 'tar.gz' ? [] : [['extension', extension] as const]),
    ],
    address: `https://files.pythonhosted.org/packages/source/${name.charAt(0)}/${name}/${file}`,
    checkout: null,
    isTree: false,
    storeName: file,
    name,
    version,
    homepage: `https://pypi.org/project/${name}/`,
  };
}

function crate(name: string | undefined, version: string | undefined): Origin | null {
  if (name === undefined || version === undefined) return null;
  return {
    fetcher: 'fetchCrate',
    arguments: [
      ['pname', name],
      ['version', version],
    ],
    address: `https://crates.io/api/v1/crates/${name}/${version}/download`,
    checkout: null,
    isTree: true,
    storeName: `${name}-${version}.tar.gz`,
    name,
    version,
    homepage: `https://crates.io/crates/${name}`,
  };
}

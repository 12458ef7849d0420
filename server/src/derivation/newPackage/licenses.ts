/** Which license a source has, and what nixpkgs calls it (`lib/licenses.nix`), by its SPDX identifier (https://spdx.org/licenses). */
import type { SourceFiles } from './source';

const attributes: Readonly<Record<string, string>> = {
  '0BSD': 'bsd0',
  'AGPL-3.0-only': 'agpl3Only',
  'AGPL-3.0-or-later': 'agpl3Plus',
  'Apache-2.0': 'asl20',
  'Artistic-1.0': 'artistic1',
  'Artistic-2.0': 'artistic2',
  'BlueOak-1.0.0': 'blueOak100',
  'BSD-2-Clause': 'bsd2',
  'BSD-3-Clause': 'bsd3',
  'BSD-4-Clause': 'bsdOriginal',
  'BSL-1.0': 'boost',
  'CC-BY-4.0': 'cc-by-40',
  'CC-BY-SA-4.0': 'cc-by-sa-40',
  'CC0-1.0': 'cc0',
  'CDDL-1.0': 'cddl',
  'CECILL-2.1': 'cecill21',
  curl: 'curl',
  'EPL-1.0': 'epl10',
  'EPL-2.0': 'epl20',
  'EUPL-1.2': 'eupl12',
  'GPL-1.0-or-later': 'gpl1Plus',
  'GPL-2.0-only': 'gpl2Only',
  'GPL-2.0-or-later': 'gpl2Plus',
  'GPL-3.0-only': 'gpl3Only',
  'GPL-3.0-or-later': 'gpl3Plus',
  HPND: 'hpnd',
  ISC: 'isc',
  'LGPL-2.0-only': 'lgpl2Only',
  'LGPL-2.0-or-later': 'lgpl2Plus',
  'LGPL-2.1-only': 'lgpl21Only',
  'LGPL-2.1-or-later': 'lgpl21Plus',
  'LGPL-3.0-only': 'lgpl3Only',
  'LGPL-3.0-or-later': 'lgpl3Plus',
  'libpng-2.0': 'libpng2',
  'LPPL-1.3c': 'lppl13c',
  MIT: 'mit',
  'MIT-0': 'mit0',
  'MPL-1.1': 'mpl11',
  'MPL-2.0': 'mpl20',
  'MS-PL': 'mspl',
  NCSA: 'ncsa',
  'OFL-1.1': 'ofl',
  OpenSSL: 'openssl',
  PostgreSQL: 'postgresql',
  'Python-2.0': 'psfl',
  Ruby: 'ruby',
  'Unicode-3.0': 'unicode-30',
  Unlicense: 'unlicense',
  Vim: 'vim',
  WTFPL: 'wtfpl',
  X11: 'x11',
  Zlib: 'zlib',
  'ZPL-2.1': 'zpl21',
};
const bySpdx = new Map(
  Object.entries(attributes).map(([spdx, attribute]) => [spdx.toLowerCase(), attribute]),
);

/** What nixpkgs calls the licenses of an SPDX expression; empty when one of them is not known, as half of them would be wrong. */
export function licenseAttributes(expression: string, allowsLater: boolean): readonly string[] {
  const names = expression
    .replaceAll(/[()]/g, ' ')
    .split(/\s+(?:AND|OR)\s+/i)
    .map((name) => name.trim().replace(/\s+WITH\s+.*$/i, ''));
  const found = names.map((name) => bySpdx.get(completed(name, allowsLater).toLowerCase()));
  return found.every((one) => one !== undefined) ? [...new Set(found)] : [];
}

/** `GPL-3.0`, `GPL-3.0+` and `GPLv3+` as SPDX has them now. */
function completed(name: string, allowsLater: boolean): string {
  const [, family, version, plus] = /^((?:A|L)?GPL)[-v ]*(\d(?:\.\d)?)(\+?)$/i.exec(name) ?? [];
  if (family === undefined || version === undefined)
    return /^apache(?:[- ]?license)?[-, ]*(?:version )?2(?:\.0)?$/i.test(name)
      ? 'Apache-2.0'
      : name.replace(/^(?:the )?mit license$/i, 'MIT').replace(/^(?:simplified )?bsd license$/i, 'BSD');
  const full = version.includes('.') ? version : `${version}.0`;
  return `${family.toUpperCase()}-${full}-${plus === '+' || allowsLater ? 'or-later' : 'only'}`;
}

/** Words that stand in the text of one license and in no other that comes after it here. */
const texts: readonly (readonly [RegExp, string])[] = [
  [/GNU AFFERO GENERAL PUBLIC LICENSE\s+Version 3/i, 'AGPL-3.0'],
  [/GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3/i, 'LGPL-3.0'],
  [/GNU LESSER GENERAL PUBLIC LICENSE\s+Version 2\.1/i, 'LGPL-2.1'],
  [/GNU LIBRARY GENERAL PUBLIC LICENSE\s+Version 2/i, 'LGPL-2.0'],
  [/GNU GENERAL PUBLIC LICENSE\s+Version 3/i, 'GPL-3.0'],
  [/GNU GENERAL PUBLIC LICENSE\s+Version 2/i, 'GPL-2.0'],
  [/Apache License\s+Version 2\.0/i, 'Apache-2.0'],
  [/Mozilla Public License,? (?:Version |v\. ?)2\.0/i, 'MPL-2.0'],
  [/Eclipse Public License -? ?v ?2\.0/i, 'EPL-2.0'],
  [/Boost Software License - Version 1\.0/i, 'BSL-1.0'],
  [/CC0 1\.0 Universal/i, 'CC0-1.0'],
  [/This is free and unencumbered software released into the public domain/i, 'Unlicense'],
  [/DO WHAT THE FUCK YOU WANT TO PUBLIC LICENSE/i, 'WTFPL'],
  [/Permission is hereby granted, free of charge, to any person obtaining a copy/i, 'MIT'],
  [
    /Permission to use, copy, modify, and\/or distribute this software[^]*?copyright notice and this permission notice appear/i,
    'ISC',
  ],
  [/Permission to use, copy, modify, and\/or distribute this software/i, '0BSD'],
  [/This software is provided [‘'"“]as-is['"’”], without any express or implied/i, 'Zlib'],
  [
    /Redistribution and use in source and binary forms[^]*All advertising materials mentioning/i,
    'BSD-4-Clause',
  ],
  [/Redistribution and use in source and binary forms[^]*Neither the name/i, 'BSD-3-Clause'],
  [/Redistribution and use in source and binary forms/i, 'BSD-2-Clause'],
];

const licenseFile = /^(?:licen[cs]e|copying|unlicense)(?:[-_.].*)?$/i;

/**
 * What nixpkgs calls the licenses of a source; empty when they are not known. First what the build system's files say, then the texts of
 * licenses; whether a GPL allows later versions is what the code's own notices say.
 */
export function licensesOf(files: SourceFiles, said: string | null): readonly string[] {
  const allowsLater = files.heads.some((head) => /any later version|GPL-[\d.]+-or-later/.test(flowing(head)));
  const stated = said === null ? [] : licenseAttributes(said, allowsLater);
  if (stated.length > 0) return stated;
  const found = [...files.names]
    .filter((name) => licenseFile.test(name))
    .sort()
    .flatMap((name) => {
      const text = flowing(files.text(name) ?? '');
      return texts.find(([words]) => words.test(text))?.[1] ?? [];
    });
  if (found.length > 0) return [...new Set(found.flatMap((one) => licenseAttributes(one, allowsLater)))];
  const marked = files.heads.flatMap((head) => /SPDX-License-Identifier:\s*([\w.+-]+)/.exec(head)?.[1] ?? []);
  return [...new Set(marked.flatMap((one) => licenseAttributes(one, allowsLater)))];
}

/** As one line, without the marks of comments. */
function flowing(text: string): string {
  return text.replaceAll(/[^\S\n]+/g, ' ').replaceAll(/ ?\n[\s*#/;]*/g, ' ');
}

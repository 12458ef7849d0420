// What a user downloads.
import { makePackage } from '../package.mjs';
import { row } from './rows.mjs';

export async function measure() {
  const { bytes, natives } = await makePackage();
  return [row('VSIX', bytes / 1024 / 1024, 'MiB', 3), row('native modules in it', natives, '', 0)];
}

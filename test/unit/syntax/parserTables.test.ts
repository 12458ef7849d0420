import assert from 'node:assert/strict';
import { grammar, precedence } from '../../../server/src/syntax/exact/grammar';
import { packed } from '../../../server/src/syntax/exact/packing';
import { packedTables } from '../../../server/src/syntax/exact/packedTables';
import { buildTables, readGrammar } from '../../../server/src/syntax/exact/tables';

describe('the tables of the parser', () => {
  it('are those of the grammar', () => {
    const read = readGrammar(grammar);
    const tables = packed(buildTables(read, precedence), read.symbols.length);
    assert.ok(tables === packedTables, 'the grammar changed: node --import tsx scripts/parserTables.mts');
  });
});

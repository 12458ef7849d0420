import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { NixLogRecord } from '../../../server/src/nix/internalJson';
import { createNixLogDecoder, decodeLine } from '../../../server/src/nix/internalJson';

function decodeAll(chunks: readonly Uint8Array[], longest?: number): readonly NixLogRecord[] {
  const records: NixLogRecord[] = [];
  const decoder = createNixLogDecoder((record) => records.push(record), longest);
  for (const chunk of chunks) decoder.push(chunk);
  decoder.end();
  return records;
}

const log = [
  '@nix {"action":"start","fields":["/nix/store/a-x.drv","",1,1],"id":7,"level":3,"parent":0,"text":"building","type":105}',
  'plain é line',
  '@nix {"action":"result","fields":["\\u001b[31mred é\\u001b[0m"],"id":7,"type":101}',
  '@nix {"action":"stop","id":7}',
  '',
  '@nix {"action":"somethingNew","id":7}',
  '@nix {"action":"start","id":"x","fields":{"odd":1}}',
  '@nix [1,2]',
  '@nix {cut',
].join('\n');

describe('the decoder of internal-json', () => {
  it('gives records, and every other line as it is', () => {
    const records = decodeAll([Buffer.from(log)]);
    assert.deepEqual(records[0], {
      type: 'start',
      id: '7',
      activity: 105,
      level: 3,
      text: 'building',
      fields: ['/nix/store/a-x.drv', '', 1, 1],
    });
    assert.deepEqual(
      records.map(({ type }) => type),
      ['start', 'plain', 'lines', 'stop', 'plain', 'plain', 'start', 'plain', 'plain'],
    );
  });

  it('reads a line of a builder as JSON has it, whatever the builder printed', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom('","', 'a"],"id":7,"type":101}', '\\', '\u0000', '@nix {'),
    );
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 2 }), fc.nat(), (fields, id) => {
        const line = `@nix {"action":"result","fields":${JSON.stringify(fields)},"id":${id},"type":101}`;
        const record = { type: 'lines', id: String(id), texts: fields.slice(0, 1) };
        assert.deepEqual(decodeLine(line), record);
      }),
    );
  });

  it('gathers the lines of a builder that come together, whatever they hold, and keeps all in order', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', 'plain', '","'));
    const lines = fc.array(fc.record({ id: fc.constantFrom(3, 4), text: texts }), { minLength: 1 });
    fc.assert(
      fc.property(lines, fc.nat(200), (printed, piece) => {
        const written = printed.map(({ id, text }) =>
          JSON.stringify({ action: 'result', fields: [text], id, type: 101 }),
        );
        const bytes = Buffer.from(written.map((json) => `@nix ${json}\n`).join(''));
        const cut = Math.min(bytes.length, piece);
        const records = decodeAll([bytes.subarray(0, cut), bytes.subarray(cut)]);
        const read = records.flatMap((record) =>
          record.type === 'lines' ? record.texts.map((text) => `${record.id} ${text}`) : [record.type],
        );
        const expected = printed.map(({ id, text }) => `${id} ${Buffer.from(text).toString()}`);
        assert.deepEqual(read, expected);
      }),
    );
    const two = `@nix {"action":"result","fields":["a"],"id":3,"type":101}\n`.repeat(2);
    assert.deepEqual(decodeAll([Buffer.from(two)]), [{ type: 'lines', id: '3', texts: ['a', 'a'] }]);
  });

  it('gives the same however the bytes are cut', () => {
    const bytes = Buffer.from(log);
    const whole = decodeAll([bytes]);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        assert.deepEqual(decodeAll(chunks), whole);
      }),
    );
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (chunks) => {
        decodeAll(chunks);
      }),
    );
    fc.assert(
      fc.property(fc.json(), (json) => {
        decodeLine(`@nix ${json}`);
        decodeLine(`@nix {"action":"msg","trace":[${json}],"msg":${json},"line":${json},"file":${json}}`);
        decodeLine(`@nix {"action":"result","fields":${json},"type":${json},"id":${json}}`);
      }),
    );
  });

  it('keeps a bounded part of a line without end', () => {
    const chunk = Buffer.alloc(1 << 10, 'x');
    const records = decodeAll(
      Array.from({ length: 12 }, () => chunk),
      10 * 1024,
    );
    assert.equal(records.length, 1);
    assert.ok(records[0]?.type === 'plain' && records[0].text.length === 10 * 1024);
  });

  it('reads the beginning of what a builder printed in a longer line, also when it is cut in an escape', () => {
    for (const shift of [0, 1, 2, 3, 4, 5]) {
      const start = Buffer.from(`@nix {"action":"result","fields":["${'a'.repeat(shift)}`);
      const nuls = Buffer.from('\\u0000'.repeat(2000));
      const [record] = decodeAll([start, nuls, Buffer.from('"],"id":7,"type":101}\n')], 10_000);
      assert.ok(record?.type === 'lines' && record.id === '7');
      const text = String(record.texts[0]);
      assert.ok(text.startsWith(`${'a'.repeat(shift)}\0`) && text.endsWith('\0 …'));
      assert.ok(text.length > 1600);
    }
  });

  it('reads a line of ten thousand chunks in linear time', () => {
    const started = Date.now();
    const parts = [Buffer.from('@nix {"action":"msg","level":3,"msg":"')];
    for (let index = 0; index < 10_000; index += 1) parts.push(Buffer.from('y'.repeat(500)));
    const [record] = decodeAll([...parts, Buffer.from('"}\n')]);
    assert.ok(record?.type === 'message' && record.text.length === 5_000_000);
    assert.ok(Date.now() - started < 2000);
  });

  describe('of errors', () => {
    const error = (fields: object) =>
      decodeLine(
        `@nix ${JSON.stringify({ action: 'msg', level: 0, msg: 'error: x', raw_msg: 'x', ...fields })}`,
      );
    const place = (fields: object) => {
      const record = error(fields);
      return record.type === 'message' ? record.position : assert.fail(record.type);
    };

    it('takes the place apart as 2.8 and as 2.26 write it', () => {
      const expected = { file: '/a b/x.nix', line: 3, column: 7 };
      assert.deepEqual(place({ file: '/a b/x.nix', line: 3, column: 7 }), expected);
      assert.deepEqual(place({ file: '/a b/x.nix:3:7', line: 3, column: 7 }), expected);
      assert.deepEqual(place({ file: '/x:3:7', line: 4, column: 7 }), { file: '/x:3:7', line: 4, column: 7 });
    });

    it('knows standard input, as a name or as its whole text', () => {
      assert.deepEqual(place({ file: '«stdin»:1:2', line: 1, column: 2 }), {
        file: null,
        line: 1,
        column: 2,
      });
      assert.deepEqual(place({ file: '{ x = ;\n}', line: 1, column: 7 }), { file: null, line: 1, column: 7 });
      assert.deepEqual(place({ file: '/ 2 ; \n', line: 1, column: 7 }), { file: null, line: 1, column: 7 });
    });

    it('knows no place inside Nix itself', () => {
      for (const file of ['<nix/derivation-internal.nix>:3:7', '«nix-internal»/x.nix:3:7', '«none»:0']) {
        assert.equal(place({ file, line: 3, column: 7 }), null);
      }
      assert.equal(place({ file: '«none»:0', line: 0, column: 0 }), null);
      assert.equal(place({ file: null, line: null, column: null }), null);
    });

    it('finds the place that a frame names in words only', () => {
      const record = error({
        trace: [
          {
            raw_msg:
              "while evaluating derivation '\u001b[35;1ma\u001b[0m'\n  whose name attribute is located at /x y/z.nix:2:14",
            file: null,
            line: null,
            column: null,
          },
          'odd',
          { raw_msg: 5 },
        ],
      });
      assert.deepEqual(record.type === 'message' && record.trace, [
        {
          message: "while evaluating derivation 'a'\n  whose name attribute is located at /x y/z.nix:2:14",
          position: { file: '/x y/z.nix', line: 2, column: 14 },
        },
        { message: '5', position: null },
      ]);
    });

    it('keeps both ends of a trace of thousands', () => {
      const trace = Array.from({ length: 20_000 }, (_, index) => ({ raw_msg: `frame ${index}` }));
      const record = error({ trace });
      assert.ok(record.type === 'message');
      assert.equal(record.trace.length, 100);
      assert.equal(record.trace[0]?.message, 'frame 0');
      assert.equal(record.trace.at(-1)?.message, 'frame 19999');
    });
  });
});

import assert from 'node:assert/strict';
import { sameCode } from '../../../server/src/bash/sameCode';

describe('the code of two bash texts', () => {
  const same: readonly (readonly [string, string])[] = [
    ['make', '# how\nmake'],
    ['make\n', '\n  make # now\n\n# done "with\n'],
    ['a;\nb', "a;# it's\nb"],
    ['x=$(a\n)\nb', 'x=$(a # one\n)\nb'],
    ['echo "${a#b} # c" ${d# e}', 'echo "${a#b} # c" ${d# e} # f'],
    ['a=(x\ny)', 'a=(x # one\ny)'],
    ["for i in 'a # b'; do\n:\ndone", "for i in 'a # b'; do\n  # nothing\n  :\ndone"],
    ['echo "$(cat "a b")" c', 'echo "$(cat "a b")" c # d'],
    ['cat <<< "$x"', 'cat <<< "$x" # here-strings are words'],
    ['case $x in a) b;; esac', 'case $x in a) b;; esac # one'],
  ];
  for (const [one, other] of same) {
    it(`is the same: ${JSON.stringify(other)}`, () => {
      assert.equal(sameCode(one, other), true);
      assert.equal(sameCode(other, one), true);
    });
  }

  const different: readonly (readonly [string, string])[] = [
    ['echo "a # b"', 'echo "a # c"'],
    ["echo 'a # b'", "echo 'a # c'"],
    ['echo a#b', 'echo a#c'],
    ['echo $#', 'echo $#a'],
    ['echo \\#a', 'echo \\#b'],
    ['echo a\\\n#b', 'echo a\\\n#c'],
    ['echo \\ #a', 'echo \\ #b'],
    ['echo "$(echo "x # y")"', 'echo "$(echo "x # z")"'],
    ['echo "${a:-"x # y"}"', 'echo "${a:-"x # z"}"'],
    ["echo $'it\\'s # a'", "echo $'it\\'s # b'"],
    ['cat << E\n# a\nE', 'cat << E\n# b\nE'],
    ['rm !(#a|b)', 'rm !(#a|c)'],
    ['echo "a\n\nb"', 'echo "a\nb"'],
    ['echo a \\\n\nb', 'echo a \\\nb'],
    ['echo a\\\n  b', 'echo a\\\nb'],
    ['a\nb', 'a b'],
    ['echo $(a)#b', 'echo $(a)#c'],
    ['((a = 1 # b))', '((a = 1 # c))'],
    ['a[1 #]=2', 'a[1 #3]=2'],
    ['echo a \\', 'echo a \\\n'],
    ['echo a\\  # b', 'echo a\\\n  # b'],
    ['echo `a # b`', 'echo `a # c`'],
    ['echo $LINENO', '# x\necho $LINENO'],
    ['x=$(case a in a) echo "b";; esac) # "', 'x=$(case a in a) echo "c";; esac) # "'],
    ['echo "a', 'echo "a # b'],
  ];
  for (const [one, other] of different) {
    it(`is another: ${JSON.stringify(other)}`, () => assert.equal(sameCode(one, other), false));
  }
});

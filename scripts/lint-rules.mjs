/** House rules that oxlint has no rule for. */
const plugin = {
  meta: { name: 'rollcall' },
  rules: {
    'no-reexport': {
      meta: {
        type: 'problem',
        messages: { reexport: 'Import a name from the file that defines it: nothing is passed on.' },
      },
      create(context) {
        const report = (node) => {
          if (node.source) context.report({ node, messageId: 'reexport' });
        };
        return { ExportNamedDeclaration: report, ExportAllDeclaration: report };
      },
    },
    'no-lint-disable': {
      meta: {
        type: 'problem',
        messages: { disabled: 'A rule holds everywhere: change the code, or the rule for everybody.' },
      },
      create(context) {
        return {
          Program() {
            for (const comment of context.sourceCode.getAllComments()) {
              if (/^\s*(oxlint|eslint)-disable/.test(comment.value)) {
                context.report({ loc: comment.loc, messageId: 'disabled' });
              }
            }
          },
        };
      },
    },
  },
};

export default plugin;

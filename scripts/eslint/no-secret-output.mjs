/**
 * Refuses secrets where they would be seen: console and logger calls, event details, error messages. A value is a
 * secret when its type carries the brand of `src/base/secret.ts`, or when its name says so.
 */
const LOGGERS = /^(console|log|logger|debug)$/i;
const EVENTS = /Event$/;
const ERRORS = /Error$/;
const EMITTERS = /^(emit|fire|report|warn(Once)?|explain)$/;
const SECRET_NAMES =
  /^(passphrase|passcode|secret|linkSecret|apiSecret|clientSecret|token|accessToken|participantToken|participant_token|password|privateKey|secretKey|signingKey|baseKey|meetingKey|keyMaterial|rawKey|seed|chatText)$/;
/** What may be said of a secret: how long it is, what kind of thing it is. */
const HARMLESS_MEMBERS = new Set(['length', 'byteLength', 'size', 'constructor', 'algorithm', 'type']);

/** @type {import('eslint').Rule.RuleModule} */
export const noSecretOutput = {
  meta: {
    type: 'problem',
    docs: { description: 'Keep secrets out of consoles, logs, event details and error messages' },
    messages: { secret: '"{{ name }}" is a secret: it must not reach {{ where }}.' },
    schema: [],
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const typed = services?.program !== undefined && services.program !== null;

    const isBranded = (node) => {
      if (!typed) return false;
      const types = [services.getTypeAtLocation(node)];
      for (const type of types) {
        if (type.isUnion()) types.push(...type.types);
        else if (type.getProperties().some(({ escapedName }) => String(escapedName).startsWith('__@secret@')))
          return true;
      }
      return false;
    };

    /** Looks into everything of an expression whose value ends up in the output. */
    function check(node, where) {
      if (!node) return;
      const name = nameOf(node);
      if (name !== undefined) {
        if (node.type === 'MemberExpression' && HARMLESS_MEMBERS.has(name)) return;
        if (SECRET_NAMES.test(name) || isBranded(node))
          context.report({ node, messageId: 'secret', data: { name, where } });
        return;
      }
      switch (node.type) {
        case 'TemplateLiteral':
          return node.expressions.forEach((part) => check(part, where));
        case 'BinaryExpression':
          if (node.operator !== '+') return; // a comparison says yes or no
          check(node.left, where);
          return check(node.right, where);
        case 'LogicalExpression':
          check(node.left, where);
          return check(node.right, where);
        case 'ConditionalExpression':
          check(node.consequent, where);
          return check(node.alternate, where);
        case 'ObjectExpression':
          return node.properties.forEach((property) => check(property.value ?? property.argument, where));
        case 'ArrayExpression':
          return node.elements.forEach((element) => check(element, where));
        case 'SpreadElement':
        case 'AwaitExpression':
          return check(node.argument, where);
        case 'TSAsExpression':
        case 'TSNonNullExpression':
        case 'TSSatisfiesExpression':
        case 'ChainExpression':
          return check(node.expression, where);
        case 'CallExpression': {
          // `hex(key)` shows the key, `key.slice(4)` most of it.
          if (isBranded(node))
            return context.report({
              node,
              messageId: 'secret',
              data: { name: context.sourceCode.getText(node), where },
            });
          node.arguments.forEach((argument) => check(argument, where));
          return node.callee.type === 'MemberExpression' ? check(node.callee.object, where) : undefined;
        }
      }
    }

    return {
      CallExpression({ callee, arguments: args }) {
        const logger = callee.type === 'MemberExpression' && nameOf(callee.object);
        if (logger && LOGGERS.test(logger)) args.forEach((argument) => check(argument, 'a console or log'));
        else if (EMITTERS.test(nameOf(callee) ?? ''))
          args.forEach((argument) => check(argument, 'an event or a message'));
      },
      NewExpression({ callee, arguments: args }) {
        const name = nameOf(callee) ?? '';
        if (EVENTS.test(name)) args.forEach((argument) => check(argument, 'an event detail'));
        else if (ERRORS.test(name)) args.forEach((argument) => check(argument, 'an error'));
      },
    };
  },
};

function nameOf(node) {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'PrivateIdentifier') return node.name;
  if (node.type === 'MemberExpression' && !node.computed) return nameOf(node.property);
  return undefined;
}

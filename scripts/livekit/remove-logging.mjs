/** Takes calls of a logger out of a TypeScript module, without moving anything else: source maps stay right. */
import ts from 'typescript';

const LEVELS = new Set(['trace', 'debug', 'info', 'warn', 'error']);
const LOGGERS = new Set(['log', 'statsLog', 'livekitLogger', 'workerLogger']);
/** What a logged value may call: these only read. */
const READING = new Set([
  'JSON.stringify',
  'Object.entries',
  'Object.keys',
  'Array.from',
  'Date.now',
  'performance.now',
  'getLogContextFromTrack',
  'summarizeStatsReport',
]);
const READING_METHODS = new Set([
  'toString',
  'map',
  'join',
  'keys',
  'values',
  'filter',
  'getTracks',
  'toUTCString',
  'getSignallingState',
  'connectionSetupTimeEstimateMs',
  'verifyTransport',
]);

/**
 * @param {string} code TypeScript
 * @param {string} name for errors
 * @returns {{ code: string, removed: number }}
 * @throws Error when a logged value does more than read
 */
export function removeLogging(code, name) {
  const file = ts.createSourceFile(name, code, ts.ScriptTarget.Latest, true);
  let text = code;
  let removed = 0;
  const blank = (node, put) => {
    checkReading(node, file);
    const [start, end] = [node.getStart(file), node.getEnd()];
    text = text.slice(0, start) + put + text.slice(start + put.length, end).replace(/[^\n]/g, ' ') + text.slice(end);
    removed++;
  };
  const walk = (node) => {
    // Not nothing: it may be all that an `if` does.
    if (ts.isExpressionStatement(node) && isLogCall(node.expression)) return blank(node, ';');
    if (ts.isArrowFunction(node) && isLogCall(node.body)) {
      node.parameters.forEach(walk);
      return blank(node.body, 'void 0');
    }
    ts.forEachChild(node, walk);
  };
  walk(file);
  return { code: text, removed };
}

function isLogCall(node) {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { expression: logger, name } = node.expression;
  if (!LEVELS.has(name.text)) return false;
  return LOGGERS.has(ts.isPropertyAccessExpression(logger) ? logger.name.text : logger.getText());
}

/** Everything in a call to a logger but that call itself. */
function checkReading(node, file) {
  const call = ts.isExpressionStatement(node) ? node.expression : node;
  const walk = (part) => {
    if (does(part)) throw new Error(`${file.fileName} logs what may do something: ${part.getText(file)}`);
    ts.forEachChild(part, walk);
  };
  call.arguments.forEach(walk);
}

function does(node) {
  if (ts.isCallExpression(node)) {
    const { expression } = node;
    const method = ts.isPropertyAccessExpression(expression) ? expression.name.text : '';
    return !READING.has(expression.getText()) && !READING_METHODS.has(method);
  }
  if (ts.isNewExpression(node)) return node.expression.getText() !== 'Date';
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
  }
  const unary = ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node);
  if (unary) return [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken].includes(node.operator);
  return ts.isAwaitExpression(node) || ts.isYieldExpression(node) || ts.isDeleteExpression(node);
}

import { invalidArgument } from '../grpc.ts';
import type { BuildRecord } from './record.ts';

type Predicate = (build: BuildRecord) => boolean;

const term = /^\s*(\w+)\s*(!=|<=|>=|=|<|>|:)\s*"((?:[^"\\]|\\.)*)"\s*/;
const statuses = 'PENDING QUEUED WORKING SUCCESS FAILURE INTERNAL_ERROR TIMEOUT CANCELLED EXPIRED'.split(' ');

const compare = (left: number, comparator: string, right: number): boolean => {
  switch (comparator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      throw invalidArgument(`invalid filter: unknown operator "${comparator}"`);
  }
};

const equality = (field: string, comparator: string, matches: Predicate): Predicate => {
  if (comparator === '=') return matches;
  if (comparator === '!=') return (build) => !matches(build);
  throw invalidArgument(`invalid filter: "${field}" takes = and != only`);
};

const times: Readonly<Record<string, (build: BuildRecord) => Date | undefined>> = {
  create_time: (build) => build.createTime,
  start_time: (build) => build.startTime,
  finish_time: (build) => build.finishTime,
};

const predicate = (field: string, symbol: string, value: string): Predicate => {
  if (field === 'tags') {
    // `tags:"x"` and `tags="x"` both ask whether the tag is among the build's.
    const comparator = symbol === ':' ? '=' : symbol;
    return equality(field, comparator, (build) => build.request.tags.includes(value));
  }
  if (symbol === ':') throw invalidArgument(`invalid filter: "${field}" does not take ":"`);
  if (field === 'status') {
    if (!statuses.includes(value)) throw invalidArgument(`invalid filter: unknown status "${value}"`);
    return equality(field, symbol, (build) => build.status === value);
  }
  if (field === 'build_id') return equality(field, symbol, (build) => build.id === value);
  const timeOf = times[field];
  if (!timeOf)
    throw invalidArgument(`invalid filter: the local Cloud Build does not know the field "${field}"`);
  const wanted = Date.parse(value);
  if (Number.isNaN(wanted)) throw invalidArgument(`invalid filter: "${value}" is not a time`);
  return (build) => {
    const time = timeOf(build);
    return time !== undefined && compare(time.getTime(), symbol, wanted);
  };
};

/**
 * A ListBuilds filter (cloud.google.com/build/docs/view-build-results, "Filtering build results using queries") as a
 * predicate. Known: tags, status, build_id and the three times, joined with AND; values in double quotes, as the
 * real one wants them. Anything else is INVALID_ARGUMENT, so that a filter is never half obeyed.
 */
export const parseFilter = (filter: string): Predicate => {
  let rest = filter;
  const predicates: Predicate[] = [];
  while (rest.trim() !== '') {
    if (predicates.length > 0) {
      const and = /^AND\s+/.exec(rest);
      if (!and) throw invalidArgument(`invalid filter: expected AND at "${rest}"`);
      rest = rest.slice(and[0].length);
    }
    const match = term.exec(rest);
    if (!match) throw invalidArgument(`invalid filter: cannot parse "${rest}"`);
    const [whole, field = '', symbol = '', value = ''] = match;
    predicates.push(predicate(field, symbol, value.replace(/\\(.)/g, '$1')));
    rest = rest.slice(whole.length);
  }
  return (build) => predicates.every((matches) => matches(build));
};

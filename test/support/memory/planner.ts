import type { Plan, PlanAnswer, PlanRequest } from '#core/plan.ts';
import type { Planner } from '#core/ports.ts';

/** The plan of a Dockerfile that says nothing special. */
export const A_PLAN: Plan = {
  builder: 'dockerfile',
  reason: 'there is a Dockerfile',
  rejected: [],
  reasons: [],
  warnings: [],
  start: null,
  phases: [],
  variables: { runtime: [], build: [] },
  secrets: [],
  caches: [],
  dockerfile: { path: 'Dockerfile', text: 'FROM x\n' },
  target: null,
  build_args: [],
};

/** Answers as it is told, and keeps what it was asked. */
export function memoryPlanner(answer: PlanAnswer = { plan: A_PLAN }) {
  const asked: PlanRequest[] = [];
  const planner: Planner = {
    async plan(request) {
      asked.push(request);
      return answer;
    },
  };
  return { ...planner, asked };
}

import type { Route } from '../route';
import { jobRoutes } from './jobs';
import { queueRoutes } from './queues';
import { seriesRoutes } from './series';
import { openApiRoute, systemRoutes } from './system';

/** Every endpoint below `/api/v1`. Fixed segments stand before `{id}`, since the first fit is taken. */
export const ROUTES: readonly Route[] = [
  ...queueRoutes,
  ...jobRoutes,
  ...seriesRoutes,
  ...systemRoutes,
  openApiRoute(() => ROUTES),
];

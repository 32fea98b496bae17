import type { Route } from '../route';
import { accountRoutes } from './account';
import { alertIncidentRoutes } from './alert-incidents';
import { alertRuleRoutes } from './alert-rules';
import { alertSilenceRoutes } from './alert-silences';
import { auditRoutes } from './audit';
import { channelRoutes } from './channels';
import { controlRoutes } from './controls';
import { elevationRoutes } from './elevation';
import { jobPartRoutes } from './job-parts';
import { jobSearchRoutes } from './job-search';
import { failureRoutes } from './failures';
import { jobRoutes } from './jobs';
import { markRoutes } from './marks';
import { messageRoutes } from './messages';
import { operationRoutes } from './operations';
import { peopleRoutes } from './people';
import { queueRoutes } from './queues';
import { seriesRoutes } from './series';
import { schedulerRoutes } from './schedulers';
import { timelineRoutes } from './timeline';
import { openApiRoute, systemRoutes } from './system';
import { trendRoutes } from './trends';
import { stallRoutes } from './stalls';
import { workerRoutes } from './workers';

/** Every endpoint below `/api/v1`. Fixed segments stand before `{id}`, since the first fit is taken. */
export const ROUTES: readonly Route[] = [
  ...queueRoutes,
  ...controlRoutes,
  ...jobSearchRoutes,
  ...messageRoutes,
  ...jobRoutes,
  ...jobPartRoutes,
  ...operationRoutes,
  ...seriesRoutes,
  ...trendRoutes,
  ...failureRoutes,
  ...schedulerRoutes,
  ...workerRoutes,
  ...stallRoutes,
  ...alertRuleRoutes,
  ...alertSilenceRoutes,
  ...alertIncidentRoutes,
  ...markRoutes,
  ...channelRoutes,
  ...timelineRoutes,
  ...auditRoutes,
  ...accountRoutes,
  ...elevationRoutes,
  ...peopleRoutes,
  ...systemRoutes,
  openApiRoute(() => ROUTES),
];

import { getHost } from '@/lib/server';

const handle = (request: Request): Promise<Response> => getHost().api(request);

export {
  handle as GET,
  handle as HEAD,
  handle as POST,
  handle as PUT,
  handle as PATCH,
  handle as DELETE,
  handle as OPTIONS,
};

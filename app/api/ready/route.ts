import { getHost } from '@/lib/server';

const handle = (request: Request): Promise<Response> => getHost().api(request);

export { handle as GET, handle as HEAD };

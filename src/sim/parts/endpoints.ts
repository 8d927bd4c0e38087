/** The controller of Endpoints, the older form of EndpointSlices. */
import { endpointsSeam } from '../controllers/asleep.ts';
import { EndpointsController } from '../controllers/endpoints.ts';

endpointsSeam.fill({ 'endpoints-controller': (context) => new EndpointsController(context) });

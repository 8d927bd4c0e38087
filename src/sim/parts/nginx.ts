/** The image nginx. */
import { nginxSeam } from '../runtime/program-seams.ts';
import { debianNginx, nginx, officialNginx } from '../runtime/programs/nginx.ts';
import { IMAGE_CONFIG_TEXT, IMAGE_SERVER_TEXT } from '../runtime/programs/nginx-config.ts';
import { WELCOME_PAGE } from '../runtime/programs/nginx-pages.ts';

nginxSeam.fill({
  program: (version) => nginx(officialNginx(version)),
  debianProgram: (version, answers) => nginx(debianNginx(version, answers)),
  files: {
    '/usr/share/nginx/html/index.html': WELCOME_PAGE,
    '/etc/nginx/nginx.conf': IMAGE_CONFIG_TEXT,
    '/etc/nginx/conf.d/default.conf': IMAGE_SERVER_TEXT,
  },
});

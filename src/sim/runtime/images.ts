/**
 * The catalogue of images: those that examples on the Internet use, behaving as they do when given the same command and args,
 * with the images that a lab declares in front.
 *
 * Simplified: distributions' tools are busybox's everywhere; sizes are round figures.
 */
import { absentProgram, bashProgram, busyboxCommands, busyboxProgram } from './programs/busybox.ts';
import type { FileTree } from './files/file-tree.ts';
import type { ImageDeclaration } from './image-declaration.ts';
import { parseImageReference } from './image-reference.ts';
import type { ImageReference } from './image-reference.ts';
import type { ImageContent, Registry } from './image-store.ts';
import { bareTree, putPrograms, putText, userlandTree } from './image-trees.ts';
import type { Programs } from './image-trees.ts';
import type { Program } from './os-process.ts';
import { agnhostSeam, haproxySeam, nginxSeam, plainServerSeam } from './program-seams.ts';
import { pause } from './programs/pause.ts';
import { SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGWINCH, signalNumber } from './signals.ts';

const MIB = 1024 * 1024;

/** An entry of the catalogue. */
interface CatalogueImage {
  readonly repository: string;
  /** Tags that exist; undefined: all. */
  readonly tags?: RegExp;
  readonly command: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stopSignal?: number;
  readonly user?: number;
  readonly workingDir?: string;
  readonly sizeMib: number;
  /** Programs beside the tools of a distribution. */
  readonly programs?: (tag: string) => Programs;
  /** Files beside them. */
  readonly files?: () => Readonly<Record<string, string>>;
  /** Made from scratch: no shell, no tools. */
  readonly isBare?: boolean;
}

/** How this catalogue differs from the images that are published: for clusters whose registry has others. */
export interface CatalogueOptions {
  /** nginx is Debian's, of this version; by default it is the official one, of the tag's version. */
  readonly nginxVersion?: string | undefined;
  /** What that nginx answers at paths of its own configuration; `$hostname` is the pod's name. */
  readonly nginxAnswers?: Readonly<Record<string, string>> | undefined;
  /** Where haproxy reads its configuration when its arguments do not say it. */
  readonly haproxyConfig?: string | undefined;
  /** Repositories whose images are built without a user of their own. */
  readonly rootRepositories?: readonly string[] | undefined;
  /** Commands that the tools lack. */
  readonly missingCommands?: readonly string[] | undefined;
  /** References that exist nowhere. */
  readonly missingImages?: readonly string[] | undefined;
  /** Registries that have the official images under their own name, with the time that a pull from there takes. */
  readonly mirrors?: readonly { readonly registry: string; readonly pullMs: number }[] | undefined;
}

/** A tag that is a version up to a largest one, with what may follow it: `1.27`, `1.27.3-alpine`. */
function versions(major: number, minor: number): RegExp {
  const minors = Array.from({ length: minor + 1 }, (_value, index) => index).join('|');
  return new RegExp(
    `^(latest|stable|mainline|alpine|slim|${major}|${major}\\.(${minors})(\\.\\d+)?)(-[a-z][\\w.-]*)?$`,
  );
}

/** The program of a declared server; it comes with a part when it starts. */
function plainServer(declaration: Omit<ImageDeclaration, 'name'>): Program {
  return (process) => plainServerSeam.get()(declaration)(process);
}

function server(
  port: number,
  log: string,
  options: { stopMs?: number; startMs?: number } = {},
): Programs[string] {
  const drain = options.stopMs;
  return plainServer({
    ports: [port],
    startMs: options.startMs ?? 300,
    log,
    ...(drain === undefined ? {} : { onSigterm: 'drain' as const, drainMs: drain }),
    memoryBytes: 48 * MIB,
  });
}

/** A page that takes the square root of a million numbers. The figure is chosen. */
const hpaExampleProgram = plainServer({
  ports: [80],
  stopSignal: 'WINCH',
  cpuMsPerRequest: 60,
  routes: { '/': { body: 'OK!' } },
});

const httpdProgram = plainServer({
  ports: [80],
  startMs: 60,
  stopSignal: 'WINCH',
  onSigterm: 'drain',
  log: "AH00094: Command line: 'httpd -D FOREGROUND'",
  routes: { '/': { body: '<html><body><h1>It works!</h1></body></html>\n' } },
});

const catalogue: readonly CatalogueImage[] = [
  {
    repository: 'docker.io/library/nginx',
    tags: versions(1, 29),
    command: ['nginx', '-g', 'daemon off;'],
    env: {},
    stopSignal: SIGQUIT,
    sizeMib: 68,
    programs: (tag) => ({ '/usr/sbin/nginx': nginxSeam.get().program(versionOf(tag, '1.29.4')) }),
    files: () => nginxSeam.get().files,
  },
  {
    repository: 'docker.io/library/httpd',
    command: ['httpd-foreground'],
    stopSignal: SIGWINCH,
    sizeMib: 56,
    programs: () => ({ '/usr/local/bin/httpd-foreground': httpdProgram }),
  },
  {
    repository: 'docker.io/library/haproxy',
    command: ['haproxy', '-W', '-db', '-f', '/usr/local/etc/haproxy/haproxy.cfg'],
    stopSignal: SIGUSR1,
    user: 99,
    sizeMib: 38,
    programs: () => ({ '/usr/local/sbin/haproxy': (process) => haproxySeam.get()(process) }),
  },
  {
    repository: 'registry.k8s.io/hpa-example',
    command: ['apache2-foreground'],
    stopSignal: SIGWINCH,
    sizeMib: 173,
    programs: () => ({ '/usr/local/bin/apache2-foreground': hpaExampleProgram }),
  },
  { repository: 'docker.io/library/busybox', tags: versions(1, 37), command: ['sh'], sizeMib: 2 },
  { repository: 'registry.k8s.io/busybox', command: ['sh'], sizeMib: 2 },
  { repository: 'docker.io/library/alpine', command: ['/bin/sh'], sizeMib: 4 },
  ...(
    [
      ['debian', 48],
      ['ubuntu', 30],
      ['bash', 7],
    ] as const
  ).map(([name, sizeMib]) => ({
    repository: `docker.io/library/${name}`,
    command: ['bash'],
    sizeMib,
    programs: () => ({ '/bin/bash': bashProgram }),
  })),
  {
    repository: 'registry.k8s.io/pause',
    command: [],
    entrypoint: ['/pause'],
    sizeMib: 0.3,
    user: 65_535,
    programs: () => ({ '/pause': pause }),
    isBare: true,
  },
  {
    repository: 'registry.k8s.io/e2e-test-images/agnhost',
    command: ['pause'],
    entrypoint: ['/agnhost'],
    sizeMib: 50,
    programs: () => ({ '/agnhost': (process) => agnhostSeam.get()(process) }),
  },
  {
    repository: 'docker.io/library/redis',
    command: ['redis-server'],
    sizeMib: 45,
    workingDir: '/data',
    programs: () => ({
      '/usr/local/bin/redis-server': server(6379, '* Ready to accept connections tcp', {
        startMs: 40,
      }),
    }),
  },
  {
    repository: 'docker.io/library/postgres',
    command: ['postgres'],
    stopSignal: SIGINT,
    sizeMib: 150,
    programs: () => ({
      '/usr/local/bin/postgres': plainServer({
        ports: [5432],
        startMs: 1500,
        stopSignal: 'INT',
        log: 'LOG:  database system is ready to accept connections',
        memoryBytes: 64 * MIB,
      }),
    }),
  },
  ...['mysql', 'mariadb'].map((name) => ({
    repository: `docker.io/library/${name}`,
    command: [`${name === 'mysql' ? 'mysqld' : 'mariadbd'}`],
    sizeMib: 240,
    programs: () => ({
      [`/usr/sbin/${name === 'mysql' ? 'mysqld' : 'mariadbd'}`]: server(
        3306,
        'ready for connections. port: 3306',
        { startMs: 5000, stopMs: 800 },
      ),
    }),
  })),
];

/** Interpreters that images have and this simulation lacks; they say so instead of not being found. */
const interpreters = 'node npm python python3 perl ruby java go php curl'.split(' ');

/** Images of Docker Hub's official library beside the catalogue; they exist, their programs are plain servers. */
const official = new Set(
  (
    'memcached mongo rabbitmq node python golang ruby php perl openjdk eclipse-temurin tomcat wordpress traefik caddy ' +
    'centos fedora amazonlinux rockylinux elasticsearch kibana logstash influxdb telegraf grafana cassandra zookeeper nats ' +
    'registry docker vault consul ghost drupal joomla nextcloud gradle maven rust swift hello-world registry couchdb neo4j ' +
    'solr sonarqube jenkins mongo-express adminer phpmyadmin kong eclipse-mosquitto gcc buildpack-deps r-base julia erlang elixir'
  ).split(' '),
);

function versionOf(tag: string, latest: string): string {
  const version = /^\d+\.\d+(?:\.\d+)?/.exec(tag)?.[0];
  if (version === undefined) return latest;
  return version.split('.').length === 2 ? `${version}.0` : version;
}

/** A registry that has the catalogue and what a lab declares. */
export class ImageCatalogue implements Registry {
  readonly #declarations: readonly {
    readonly image: ImageDeclaration;
    readonly name: string;
    readonly hasTag: boolean;
  }[];
  readonly #options: CatalogueOptions;
  readonly #contents = new Map<string, ImageContent>();
  #userland: FileTree | undefined;

  constructor(declarations: readonly ImageDeclaration[] = [], options: CatalogueOptions = {}) {
    this.#options = options;
    this.#declarations = declarations.map((image) => {
      const reference = parseImageReference(image.name);
      if (typeof reference === 'string') throw new Error(`image ${image.name}: ${reference}`);
      const hasTag = /:[\w.-]+$|@/.test(image.name);
      return { image, name: hasTag ? reference.name : reference.repository, hasTag };
    });
  }

  find(reference: ImageReference): ImageContent | undefined {
    const known = this.#contents.get(reference.name);
    if (known !== undefined) return known;
    const made = this.#make(reference);
    if (made !== undefined) this.#contents.set(reference.name, made);
    return made;
  }

  #make(reference: ImageReference): ImageContent | undefined {
    const declared = this.#declarations.find(({ name, hasTag }) =>
      hasTag ? name === reference.name : name === reference.repository,
    );
    if (declared?.image.isMissing === true) return undefined;
    if (declared !== undefined) return this.#declared(declared.image, true);
    if (this.#options.missingImages?.includes(reference.name) === true) return undefined;
    const mirror = this.#options.mirrors?.find(({ registry }) =>
      reference.repository.startsWith(`${registry}/`),
    );
    if (mirror !== undefined) {
      const rest = reference.repository.slice(mirror.registry.length + 1);
      const repository = `docker.io/library/${rest}`;
      const content = this.find({
        ...reference,
        repository,
        name: `${repository}:${reference.tag}`,
      });
      return content === undefined ? undefined : { ...content, pullMs: mirror.pullMs };
    }
    const entry = catalogue.find((image) => image.repository === reference.repository);
    if (entry !== undefined) {
      const exists = reference.digest !== undefined || (entry.tags?.test(reference.tag) ?? true);
      return exists ? this.#listed(entry, reference) : undefined;
    }
    const library = /^docker\.io\/library\/(.+)$/.exec(reference.repository)?.[1];
    if (library !== undefined && !official.has(library)) return undefined;
    return this.#declared({ name: reference.name }, false);
  }

  #commandOf({ repository, command }: CatalogueImage): readonly string[] {
    const { haproxyConfig } = this.#options;
    if (haproxyConfig === undefined || !repository.endsWith('/haproxy')) return command;
    return [...command.slice(0, -1), haproxyConfig];
  }

  #listed(entry: CatalogueImage, reference: ImageReference): ImageContent {
    const tag = reference.tag;
    const version = this.#options.nginxVersion;
    const programs =
      version !== undefined && entry.repository.endsWith('/nginx')
        ? { '/usr/sbin/nginx': nginxSeam.get().debianProgram(version, this.#options.nginxAnswers) }
        : (entry.programs?.(tag) ?? {});
    const tree =
      entry.isBare === true ? bareTree(programs) : this.#treeWith(programs, entry.files?.() ?? {});
    return {
      entrypoint: entry.entrypoint ?? [],
      command: this.#commandOf(entry),
      env: entry.env ?? {},
      workingDir: entry.workingDir ?? '/',
      user: this.#options.rootRepositories?.includes(entry.repository) ? undefined : entry.user,
      stopSignal: entry.stopSignal ?? SIGTERM,
      sizeBytes: Math.round(entry.sizeMib * MIB),
      pullMs: undefined,
      tree,
      isKnown: true,
    };
  }

  #declared(image: ImageDeclaration, isKnown: boolean): ImageContent {
    const program = plainServer(isKnown ? { ports: [80], ...image } : {});
    const others: Record<string, Program> = {};
    for (const name of interpreters) others[`/usr/local/bin/${name}`] = absentProgram(name);
    return {
      entrypoint: ['/app'],
      command: [],
      env: image.env ?? {},
      workingDir: '/',
      user: image.user,
      stopSignal: signalNumber(image.stopSignal ?? 'TERM') ?? SIGTERM,
      sizeBytes: image.sizeBytes ?? 25 * MIB,
      pullMs: image.pullMs,
      tree: this.#treeWith({ ...others, '/app': program, '/bin/bash': bashProgram }, {}),
      isKnown,
    };
  }

  /** The tools of a distribution, shared by all images, with an image's own programs and files. */
  #treeWith(programs: Programs, files: Readonly<Record<string, string>>): FileTree {
    this.#userland ??= userlandTree(
      busyboxCommands.filter((name) => this.#options.missingCommands?.includes(name) !== true),
      busyboxProgram,
    );
    if (Object.keys(programs).length === 0) return this.#userland;
    const tree = this.#userland.derive();
    putPrograms(tree, programs);
    for (const [path, text] of Object.entries(files)) putText(tree, path, text);
    return tree;
  }
}

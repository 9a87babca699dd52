# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# One cluster, some operators, and a judge who reads the audit log. Called by failover.sh.
import argparse, json, os, re, shutil, signal, socket, ssl, subprocess, sys, tempfile, threading, time, urllib.request
import base64, datetime, random

TERM = re.compile(r" leadership/(\d+) \((\S+); (\S+)\)")


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Cluster:
    """A local cluster without node and operator: pods stay Pending, so every task costs the operator some writes and nothing else."""

    def __init__(self, bin, home):
        self.bin, self.home, self.audit = bin, home, home + "/audit.log"
        self.kubeconfig = home + "/kubeconfig"
        self.reader, self.rest, self.seen = None, "", []
        self.environment = dict(os.environ, HOME=home, XDG_STATE_HOME=home + "/state", KUBECONFIG=self.kubeconfig)
        self.agentctl("local", "up", "--no-node", "--replicas", "0", "--audit-log", self.audit)
        config = open(self.kubeconfig).read()
        self.server = re.search(r"server: \"?(https://[0-9.:]+)", config).group(1)
        self.token = re.search(r"token: \"?([^\"\s]+)", config).group(1)
        authority = re.search(r"certificate-authority-data: \"?([^\"\s]+)", config).group(1)
        self.tls = ssl.create_default_context(cadata=base64.b64decode(authority).decode())

    def agentctl(self, *arguments):
        subprocess.run([self.bin + "/agentctl", *arguments], env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def request(self, method, path, body=None):
        request = urllib.request.Request(self.server + path, method=method, data=json.dumps(body).encode() if body else None)
        request.add_header("Authorization", "Bearer " + self.token)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, context=self.tls, timeout=10) as answer:
            return json.load(answer)

    def writes(self):
        """The audit log, oldest first. Each call reads on from where the last one ended, also across a rotation."""
        while True:
            if self.reader is None:
                if not os.path.exists(self.audit):
                    return self.seen
                self.reader = open(self.audit)
            self.read()
            if os.stat(self.audit).st_ino == os.fstat(self.reader.fileno()).st_ino:
                return self.seen
            self.read()  # what came between the first look and the rotation
            self.reader.close()
            self.reader = None

    def read(self):
        *lines, self.rest = (self.rest + self.reader.read()).split("\n")
        for line in lines:
            write = json.loads(line)
            found = TERM.search(write["userAgent"])
            write["epoch"] = int(found.group(1)) if found else None
            write["at"] = instant(write["stageTimestamp"])
            self.seen.append(write)


class Load(threading.Thread):
    """Creates a task every 50 ms, so that a leader always has something to write, and deletes old ones."""

    def __init__(self, cluster):
        super().__init__(daemon=True)
        self.cluster, self.ends, self.problem = cluster, threading.Event(), None

    def run(self):
        path = "/apis/execution.agenttask.io/v1alpha1/namespaces/default/agenttasks"
        number = 0
        while not self.ends.wait(0.05):
            number += 1
            try:
                task = {"apiVersion": "execution.agenttask.io/v1alpha1", "kind": "AgentTask", "metadata": {"name": f"load-{number}"}}
                task["spec"] = {"runtimeProfile": "bash", "code": {"source": "true"}}
                self.cluster.request("POST", path, task)
                if number > 100:
                    self.cluster.request("DELETE", f"{path}/load-{number - 100}")
            except Exception as error:
                self.problem = error
                return


class Operator:
    def __init__(self, cluster, options, number):
        self.cluster, self.options, self.number, self.process = cluster, options, number, None

    def start(self):
        self.port = free_port()
        times = [("lease-duration", 1), ("renew-deadline", 0.7), ("retry-period", 0.14)]
        flags = [f"--leader-elect-{name}={int(self.options.lease * share * 1000)}ms" for name, share in times]
        self.log = open(f"{self.cluster.home}/operator-{self.number}.log", "a")
        self.process = subprocess.Popen(
            [self.cluster.bin + "/agenttask-operator", "--kubeconfig", self.cluster.kubeconfig, "--metrics-bind-address", "0",
             "--health-probe-bind-address", f"127.0.0.1:{self.port}", "--leader-elect", "--leader-election-namespace", "default",
             *flags], env=self.cluster.environment, stderr=self.log)

    def says(self):
        """What it says of leadership, once it contends."""
        try:
            for path in ("/readyz", "/healthz?verbose"):
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=2) as answer:
                    text = answer.read().decode()
            found = re.search(r"leader-election-default ok: (.*)", text)
            return found.group(1) if found else ""
        except OSError:
            return ""

    def end(self, number):
        self.process.send_signal(number)


class Judge:
    def __init__(self, options):
        self.options = options
        self.home = tempfile.mkdtemp(prefix="failover-")
        self.cluster = Cluster(options.bin, self.home)
        self.operators = [Operator(self.cluster, options, number + 1) for number in range(options.replicas)]
        self.times = {"stop": [], "kill": [], "pause": []}
        self.problems = []

    def wait(self, condition, what, patience=60):
        deadline = time.monotonic() + patience
        while True:
            found = condition()
            if found:
                return found
            if time.monotonic() > deadline:
                raise SystemExit(f"error: {what} took longer than {patience} s; the logs are in {self.home}")
            time.sleep(0.02)

    def settled(self):
        """The leader, when there is one, all others follow it, and it has written."""
        says = [operator.says() for operator in self.operators]
        leaders = [operator for operator, text in zip(self.operators, says) if text.startswith("leading")]
        followers = [text for text in says if text.startswith("following ")]
        if len(leaders) != 1 or len(followers) != len(says) - 1 or len(set(followers)) > 1:
            return None
        epoch = int(re.search(r"epoch (\d+)", says[self.operators.index(leaders[0])]).group(1))
        return (leaders[0], epoch) if any(term == epoch for term, _ in self.applied(0)) else None

    def applied(self, since):
        """Epoch and time of the leaders' accepted writes."""
        for write in reversed(self.cluster.writes()):
            # Lines are in the order of the answers, which may be a little other than that of the requests.
            if write["at"] < since - 10:
                return
            if write["epoch"] is not None and write["applied"] and write["at"] >= since:
                yield write["epoch"], write["at"]

    def next_write(self, epoch, since):
        return min((at for term, at in self.applied(since) if term > epoch), default=None)

    def round(self, kind):
        leader, epoch = self.wait(self.settled, "finding one leader and its followers")
        # Anywhere in the leader's rhythm.
        time.sleep(random.uniform(0, 0.3))
        began = time.time()
        if kind == "stop":
            leader.end(signal.SIGTERM)
        elif kind == "kill":
            leader.end(signal.SIGKILL)
        else:
            leader.end(signal.SIGSTOP)
        at = self.wait(lambda: self.next_write(epoch, began), "the next leader's first write", self.options.lease + 30)
        took = at - began
        self.times[kind].append(took)
        limit = {"stop": 1.0, "kill": self.options.lease + 2.0}.get(kind)
        if limit is not None and took > limit:
            self.problems.append(f"{kind}: the next leader's first accepted write came after {took:.2f} s, not within {limit:.1f} s")
        if kind == "pause":
            rest = self.options.lease * 1.5 - took
            time.sleep(max(rest, 0.2))
            leader.end(signal.SIGCONT)
            # It notices, ends its term, and follows in the same process.
            self.wait(lambda: leader.says().startswith("following") or leader.process.poll() is not None, "the paused leader's waking")
            if leader.process.poll() is not None:
                self.problems.append(f"pause: the paused leader exited with {leader.process.returncode} instead of following")
                leader.start()
        else:
            code = leader.process.wait(timeout=30)
            if kind == "stop" and code != 0:
                self.problems.append(f"stop: the leader exited with {code}")
            leader.start()

    def stale(self):
        """Writes of a term that came after the lease had been taken by a later one: how many arrived, and which were applied."""
        arrived, applied, current, taken = 0, [], -1, 0
        for write in self.cluster.writes():
            about = write["objectRef"]
            revision = int(about["resourceVersion"] or 0)
            if about["resource"] == "leases" and write["applied"] and write["annotations"].get("holderIdentity"):
                epoch = int(write["annotations"]["leaseTransitions"])
                if epoch > current:
                    current, taken = epoch, revision
            if write["epoch"] is None or write["epoch"] >= current:
                continue
            arrived += 1
            # Lines are in the order of the answers. What was stored before the lease was taken was answered late, and is not stale.
            if write["applied"] and not 0 < revision < taken:
                applied.append(f"{write['verb']} {about['resource']}/{about['name']} by {write['userAgent']} during epoch {current}")
        return arrived, applied

    def run(self):
        load = Load(self.cluster)
        load.start()
        for operator in self.operators:
            operator.start()
        try:
            for _ in range(self.options.rounds):
                for kind in self.times:
                    self.round(kind)
        finally:
            load.ends.set()
            for operator in self.operators:
                operator.process.kill()
                operator.process.wait()
            load.join(timeout=10)
            arrived, applied = self.stale()
            self.cluster.agentctl("local", "down")
        if load.problem:
            self.problems.append(f"the load could not be made: {load.problem}")
        for text in applied:
            if text.startswith("create ") and self.options.late_creates == "tell":
                print(f"note: a stale create was applied: {text}")
            else:
                self.problems.append(f"a stale write was applied: {text}")
        for kind, times in self.times.items():
            times.sort()
            middle = times[len(times) // 2]
            print(f"{self.options.replicas} replicas, lease {self.options.lease:g} s, {kind}: {len(times)} rounds, "
                  f"first accepted write after {middle:.3f} s (median), {times[-1]:.3f} s (worst)")
        print(f"{self.options.replicas} replicas: {arrived} stale writes arrived, {len(applied)} were applied")
        for problem in self.problems:
            print("error: " + problem, file=sys.stderr)
        if self.problems:
            print(f"The logs are in {self.home}", file=sys.stderr)
            return 1
        shutil.rmtree(self.home)
        return 0


parser = argparse.ArgumentParser()
parser.add_argument("--bin", required=True)
parser.add_argument("--rounds", type=int, required=True)
parser.add_argument("--lease", type=float, required=True)
parser.add_argument("--replicas", type=int, required=True)
parser.add_argument("--late-creates", choices=["fail", "tell"], default="fail")
sys.exit(Judge(parser.parse_args()).run())

# One image for every command: `serve` by default, or `migrate`, `check staging`, …
#
#     docker build -t canary .
#     docker run -p 3000:3000 -v "$PWD/canary.yaml:/etc/canary/canary.yaml:ro" -v canary:/data --env-file .env canary
#
# BASE is the tag of a release. Pin it to what you have tested, --build-arg BASE=python:3.13.9-slim-trixie@sha256:…, and rebuild
# for security updates. It may be any Debian with python3 3.11 or later and venv. Where packages come from is not part
# of the image: pass a pip.conf with `--secret id=pip,src=…`, and certificates that it refers to as
# /run/secrets/certificates with `--secret id=certificates,src=…`. With --build-arg REQUIREMENTS=requirements-charts.lock it
# also attaches pictures of charts as files, which takes 170 MB more and which Slack's own charts make unnecessary.
ARG BASE=python:3.13.9-slim-trixie

FROM ${BASE} AS build
ARG REQUIREMENTS=requirements.lock
WORKDIR /build
# pip stays in this stage: it installs into an environment without pip.
RUN python3 -m venv tools && python3 -m venv --without-pip /opt/canary
COPY ${REQUIREMENTS} requirements-build.lock ./
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    --mount=type=secret,id=certificates,target=/run/secrets/certificates \
    tools/bin/pip install --no-cache-dir --quiet --require-hashes -r requirements-build.lock && \
    tools/bin/pip --python /opt/canary/bin/python install --no-cache-dir --quiet --require-hashes -r ${REQUIREMENTS}
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY commands commands
COPY checks checks
COPY sandbox sandbox
RUN tools/bin/pip wheel --quiet --no-index --no-deps --no-build-isolation --wheel-dir dist . && \
    tools/bin/pip --python /opt/canary/bin/python install --quiet --no-index --no-deps dist/*.whl && \
    rm -r /opt/canary/lib/python3*/site-packages/sandbox && \
    find /opt/canary/lib -depth -type d \( -name tests -o -name sample_data \) -exec rm -r {} +

FROM ${BASE}
# Gates record the commit they ran on.
RUN command -v git >/dev/null || { apt-get update -qq && \
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends git >/dev/null && \
    rm -rf /var/lib/apt/lists/*; }
# A named user, because initdb needs one. The number lets an orchestrator see that it is not root.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin canary && \
    install --directory --owner canary --group canary --mode 0700 /data
COPY --from=build /opt/canary /opt/canary
ENV PATH=/opt/canary/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=3000 \
    CANARY_CONFIG=/etc/canary/canary.yaml \
    CANARY_DATA=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
    CMD ["python3", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
ENTRYPOINT ["canary"]
CMD ["serve"]

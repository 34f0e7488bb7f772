# The emulator as an image: small, not run by root, and healthy when it answers.
#
#   docker build -t azure-asm-emulator .
#   docker run -p 8443:443 -v certs:/certs azure-asm-emulator
#
# The target `tests` adds the Python SDK and pytest, for the test service of docker-compose.yml.

FROM python:3.12-slim AS wheel
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY emulator ./emulator
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.12-slim AS emulator
COPY --from=wheel /wheels /wheels
RUN python -m pip install --no-cache-dir "$(ls /wheels/*.whl)[azurite]"
# Clients share the certificates by a volume, with keys that only their owner may read: all services are this user.
RUN useradd --system --uid 10443 --home-dir /certs emulator && install -d -o emulator -m 0755 /certs
ENV ASM_EMULATOR_CERTS=/certs ASM_EMULATOR_HOST=0.0.0.0 ASM_EMULATOR_PORT=443
WORKDIR /certs
VOLUME /certs
USER emulator
EXPOSE 443 8444
HEALTHCHECK --interval=2s --timeout=5s --start-period=5s CMD ["asm-emulator", "wait", "--timeout", "2"]
ENTRYPOINT ["asm-emulator"]
CMD ["serve"]

FROM emulator AS tests
USER root
RUN python -m pip install --no-cache-dir azure-servicemanagement-legacy==0.20.8 pytest
COPY fixtures/compose /tests
COPY fixtures/packages /tests/packages
WORKDIR /tests
USER emulator
HEALTHCHECK NONE
ENTRYPOINT ["python", "-m", "pytest", "-p", "no:cacheprovider", "-v"]
CMD ["."]

# Azurite is the blob service beside the emulator.
FROM node:22-slim AS azurite
RUN npm install --global --no-audit --no-fund azurite@3
USER node
WORKDIR /home/node
EXPOSE 10000
HEALTHCHECK --interval=2s --timeout=5s CMD ["node", "-e", "require('net').connect(10000).on('error', () => process.exit(1)).on('connect', () => process.exit(0))"]
ENTRYPOINT ["azurite-blob"]
CMD ["--blobHost", "0.0.0.0", "--location", "/home/node", "--silent", "--disableTelemetry", "--skipApiVersionCheck"]

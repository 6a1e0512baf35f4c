"""What nginx needs to know to answer with TLS in front of the kit, for a kit with a public name and a certificate."""

from pathlib import Path

from ..config import Config

FILE = "etc/feldkit/nginx.conf"
CERTIFICATE = Path("/run/credentials/feldkit-tls.service")
"""Where systemd shows nginx the chain and the key of `tls/`, and nobody else."""
SOCKET = Path("/run/feldkit-web/proxy.sock")
"""Where the kit takes those in who came over TLS."""
SCRATCH = Path("/run/feldkit-tls")
"""In memory: what visitors send is never on the card for a moment."""

TERMINATOR = """\
daemon off;
worker_processes auto;
error_log stderr warn;
pid {scratch}/nginx.pid;

events {{
  worker_connections 1024;
}}

http {{
  access_log off;
  server_tokens off;
  client_body_temp_path {scratch}/body;
  proxy_temp_path {scratch}/proxy;
  fastcgi_temp_path {scratch}/fastcgi;
  uwsgi_temp_path {scratch}/uwsgi;
  scgi_temp_path {scratch}/scgi;

  ssl_certificate {certificate}/fullchain.pem;
  ssl_certificate_key {certificate}/privkey.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache shared:visitors:2m;
  ssl_session_tickets off;
  client_header_timeout 10s;
  client_body_timeout 15s;
  send_timeout 15s;
  keepalive_timeout 20s;
  reset_timedout_connection on;

  # A certificate for another name only frightens people: whoever asks for one gets no answer.
  server {{
    listen {port} ssl default_server;
    ssl_reject_handshake on;
  }}

  # No HSTS: when the certificate ends during a tour, the address without a lock must go on.
  server {{
    listen {port} ssl;
    server_name {name};
    client_max_body_size 0;  # the kit itself says what is too large, in a page
    location / {{
      proxy_pass http://unix:{socket}:;
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto https;
      proxy_http_version 1.1;
      proxy_request_buffering off;
      proxy_max_temp_file_size 0;
      proxy_read_timeout 120s;
    }}
  }}
}}
"""


def terminator(
    config: Config, certificate: Path = CERTIFICATE, socket: Path = SOCKET, scratch: Path = SCRATCH, port: int = 443
) -> str:
    """The configuration of nginx for this kit."""
    return TERMINATOR.format(name=config.tls_name, certificate=certificate, socket=socket, scratch=scratch, port=port)

/*
 * The directives of nginx's own modules: where each is allowed, how many arguments it takes, and
 * how nginx checks its value. A group is `contexts arguments value[@since]: names`.
 *
 * Contexts: M main, E events, h http, s server, l location, u upstream, S and L `if` in them,
 * x limit_except. Arguments: their possible numbers, `n+` at least n, `{` then a block.
 * Value: flag, num, size, off, msec, or any that stands there only once; `-` when nginx
 * checks it in another way.
 */

/** Those of release 1.22. */
export const DIRECTIVES = `
hsl 1 flag: absolute_redirect aio_write autoindex autoindex_exact_size autoindex_localtime
  chunked_transfer_encoding client_body_in_single_buffer create_full_put_path etag
  fastcgi_buffering fastcgi_cache_background_update fastcgi_cache_lock fastcgi_cache_revalidate
  fastcgi_force_ranges fastcgi_ignore_client_abort fastcgi_intercept_errors fastcgi_keep_conn
  fastcgi_pass_request_body fastcgi_pass_request_headers fastcgi_request_buffering
  fastcgi_socket_keepalive grpc_intercept_errors grpc_socket_keepalive grpc_ssl_server_name
  grpc_ssl_session_reuse grpc_ssl_verify gunzip gzip_no_buffer gzip_vary http2_push_preload
  limit_conn_dry_run limit_req_dry_run log_not_found log_subrequest memcached_socket_keepalive
  mirror_request_body mp4_start_key_frame msie_padding msie_refresh open_file_cache_errors
  open_file_cache_events port_in_redirect proxy_buffering proxy_cache_background_update
  proxy_cache_convert_head proxy_cache_lock proxy_cache_revalidate proxy_force_ranges
  proxy_ignore_client_abort proxy_intercept_errors proxy_pass_request_body
  proxy_pass_request_headers proxy_request_buffering proxy_socket_keepalive
  proxy_ssl_server_name proxy_ssl_session_reuse proxy_ssl_verify real_ip_recursive
  recursive_error_pages reset_timedout_connection scgi_buffering scgi_cache_background_update
  scgi_cache_lock scgi_cache_revalidate scgi_force_ranges scgi_ignore_client_abort
  scgi_intercept_errors scgi_pass_request_body scgi_pass_request_headers scgi_request_buffering
  scgi_socket_keepalive server_name_in_redirect ssi_ignore_recycled_buffers ssi_last_modified
  ssi_silent_errors sub_filter_last_modified sub_filter_once tcp_nodelay tcp_nopush
  uwsgi_buffering uwsgi_cache_background_update uwsgi_cache_lock uwsgi_cache_revalidate
  uwsgi_force_ranges uwsgi_ignore_client_abort uwsgi_intercept_errors uwsgi_pass_request_body
  uwsgi_pass_request_headers uwsgi_request_buffering uwsgi_socket_keepalive
  uwsgi_ssl_server_name uwsgi_ssl_session_reuse uwsgi_ssl_verify
hsl 1 once: aio auth_request autoindex_format client_body_in_file_only directio
  fastcgi_cache_key gzip_http_version gzip_static if_modified_since limit_conn_log_level
  limit_req_log_level lingering_close open_file_cache_valid proxy_cache_key proxy_http_version
  proxy_method real_ip_header satisfy scgi_cache_key secure_link secure_link_md5 server_tokens
  userid userid_expires uwsgi_cache_key
hsl 1 -: ancient_browser_value fastcgi_cache fastcgi_catch_stderr fastcgi_hide_header
  fastcgi_pass_header fastcgi_split_path_info fastcgi_store grpc_hide_header grpc_pass_header
  grpc_ssl_certificate grpc_ssl_certificate_key grpc_ssl_name grpc_ssl_password_file http2_push
  mirror modern_browser_value proxy_cache proxy_hide_header proxy_pass_header
  proxy_ssl_certificate proxy_ssl_certificate_key proxy_ssl_name proxy_ssl_password_file
  proxy_store scgi_cache scgi_hide_header scgi_pass_header scgi_store set_real_ip_from
  userid_mark uwsgi_cache uwsgi_hide_header uwsgi_pass_header uwsgi_ssl_certificate
  uwsgi_ssl_certificate_key uwsgi_ssl_name uwsgi_ssl_password_file uwsgi_store
hsl 1+ -: addition_types ancient_browser charset_types dav_methods error_log
  fastcgi_cache_bypass fastcgi_cache_methods fastcgi_cache_use_stale fastcgi_cache_valid
  fastcgi_ignore_headers fastcgi_next_upstream fastcgi_no_cache grpc_ignore_headers
  grpc_next_upstream grpc_ssl_protocols gzip_disable gzip_proxied gzip_types index
  memcached_next_upstream proxy_cache_bypass proxy_cache_methods proxy_cache_use_stale
  proxy_cache_valid proxy_ignore_headers proxy_next_upstream proxy_no_cache proxy_ssl_protocols
  resolver scgi_cache_bypass scgi_cache_methods scgi_cache_use_stale scgi_cache_valid
  scgi_ignore_headers scgi_next_upstream scgi_no_cache ssi_types sub_filter_types
  uwsgi_cache_bypass uwsgi_cache_methods uwsgi_cache_use_stale uwsgi_cache_valid
  uwsgi_ignore_headers uwsgi_next_upstream uwsgi_no_cache uwsgi_ssl_protocols
hsl 1 size: client_body_buffer_size fastcgi_buffer_size fastcgi_busy_buffers_size
  fastcgi_limit_rate fastcgi_max_temp_file_size fastcgi_send_lowat fastcgi_temp_file_write_size
  grpc_buffer_size gzip_hash gzip_min_length gzip_window http2_chunk_size memcached_buffer_size
  mp4_buffer_size mp4_max_buffer_size postpone_gzipping postpone_output proxy_buffer_size
  proxy_busy_buffers_size proxy_limit_rate proxy_max_temp_file_size proxy_send_lowat
  proxy_temp_file_write_size read_ahead scgi_buffer_size scgi_busy_buffers_size scgi_limit_rate
  scgi_max_temp_file_size scgi_temp_file_write_size send_lowat sendfile_max_chunk slice
  ssi_min_file_chunk ssi_value_length subrequest_output_buffer_size uwsgi_buffer_size
  uwsgi_busy_buffers_size uwsgi_limit_rate uwsgi_max_temp_file_size uwsgi_temp_file_write_size
hsl 1 msec: auth_delay client_body_timeout fastcgi_cache_lock_age fastcgi_cache_lock_timeout
  fastcgi_connect_timeout fastcgi_next_upstream_timeout fastcgi_read_timeout
  fastcgi_send_timeout grpc_connect_timeout grpc_next_upstream_timeout grpc_read_timeout
  grpc_send_timeout keepalive_time lingering_time lingering_timeout memcached_connect_timeout
  memcached_next_upstream_timeout memcached_read_timeout memcached_send_timeout
  proxy_cache_lock_age proxy_cache_lock_timeout proxy_connect_timeout
  proxy_next_upstream_timeout proxy_read_timeout proxy_send_timeout resolver_timeout
  scgi_cache_lock_age scgi_cache_lock_timeout scgi_connect_timeout scgi_next_upstream_timeout
  scgi_read_timeout scgi_send_timeout send_timeout uwsgi_cache_lock_age uwsgi_cache_lock_timeout
  uwsgi_connect_timeout uwsgi_next_upstream_timeout uwsgi_read_timeout uwsgi_send_timeout
hsl 1 num: fastcgi_cache_min_uses fastcgi_next_upstream_tries grpc_next_upstream_tries
  grpc_ssl_verify_depth gzip_comp_level keepalive_requests limit_conn_status limit_req_status
  max_ranges memcached_gzip_flag memcached_next_upstream_tries min_delete_depth
  open_file_cache_min_uses proxy_cache_min_uses proxy_headers_hash_bucket_size
  proxy_headers_hash_max_size proxy_next_upstream_tries proxy_ssl_verify_depth
  scgi_cache_min_uses scgi_next_upstream_tries types_hash_bucket_size types_hash_max_size
  userid_service uwsgi_cache_min_uses uwsgi_modifier1 uwsgi_modifier2 uwsgi_next_upstream_tries
  uwsgi_ssl_verify_depth
hsl 1 once: add_after_body add_before_body default_type fastcgi_index grpc_ssl_ciphers
  grpc_ssl_crl grpc_ssl_trusted_certificate proxy_set_body proxy_ssl_ciphers proxy_ssl_crl
  proxy_ssl_trusted_certificate secure_link_secret userid_domain userid_name userid_p3p
  userid_path uwsgi_ssl_ciphers uwsgi_ssl_crl uwsgi_ssl_trusted_certificate uwsgi_string
hsl 2 -: auth_request_set grpc_set_header grpc_ssl_conf_command limit_conn proxy_set_header
  proxy_ssl_conf_command sub_filter uwsgi_ssl_conf_command
hsl 2 once: fastcgi_buffers gunzip_buffers gzip_buffers output_buffers proxy_buffers
  scgi_buffers uwsgi_buffers
hs 1 -: http2_idle_timeout http2_max_field_size http2_max_header_size http2_max_requests
  http2_recv_timeout ssl ssl_certificate ssl_certificate_key ssl_ocsp ssl_ocsp_cache
  ssl_password_file ssl_session_ticket_key
hs 1 once: ssl_session_timeout ssl_verify_client
hsl 12 once: disable_symlinks keepalive_timeout open_file_cache
hsl 12 -: fastcgi_bind grpc_bind keepalive_disable memcached_bind modern_browser proxy_bind
  proxy_cookie_domain proxy_cookie_path proxy_redirect scgi_bind uwsgi_bind
hs 1 flag: ignore_invalid_headers merge_slashes ssl_early_data ssl_prefer_server_ciphers
  ssl_reject_handshake ssl_session_tickets ssl_stapling ssl_stapling_verify
  underscores_in_headers
hs 1 once: ssl_ciphers ssl_client_certificate ssl_crl ssl_dhparam ssl_ecdh_curve
  ssl_ocsp_responder ssl_stapling_file ssl_stapling_responder ssl_trusted_certificate
hsl 123 -: dav_access fastcgi_store_access limit_req proxy_store_access scgi_store_access
  userid_flags uwsgi_store_access
hsl 1234 once: client_body_temp_path fastcgi_temp_path proxy_temp_path scgi_temp_path
  uwsgi_temp_path
hsl 1234 -: open_log_file_cache proxy_cookie_flags
M 1 -: debug_points env load_module ssl_engine worker_priority worker_processes
h 1 num: map_hash_bucket_size map_hash_max_size server_names_hash_bucket_size
  server_names_hash_max_size variables_hash_bucket_size variables_hash_max_size
hs 1 size: client_header_buffer_size connection_pool_size http2_body_preread_size
  http2_pool_size request_pool_size ssl_buffer_size
hsl 1 off: client_max_body_size directio_alignment fastcgi_cache_max_range_offset
  proxy_cache_max_range_offset scgi_cache_max_range_offset uwsgi_cache_max_range_offset
h 2+ -: fastcgi_cache_path log_format proxy_cache_path scgi_cache_path uwsgi_cache_path
hs 1 num: http2_max_concurrent_pushes http2_max_concurrent_streams http2_streams_index_size
  max_headers ssl_verify_depth
hslL 1 once: charset limit_rate limit_rate_after root source_charset
lL 1 -: fastcgi_pass grpc_pass memcached_pass scgi_pass uwsgi_pass
hslL 1 flag: gzip override_charset sendfile ssi
hslx 1 -: allow deny
hslx 1 once: auth_basic auth_basic_user_file
l 0 -: empty_gif flv internal mp4
E 1 -: debug_connection use worker_connections
M 1 flag: daemon master_process pcre_jit
M 1 once: lock_file pid working_directory
h 2{ -: charset_map map split_clients
hsl 23 -: fastcgi_param scgi_param uwsgi_param
E 1 flag: accept_mutex multi_accept
E 1 num: epoll_events worker_aio_requests
M 0{ once: events http
M 1 msec: timer_resolution worker_shutdown_timeout
M 1+ -: error_log worker_cpu_affinity
hs 2 once: large_client_header_buffers
hs 2 -: ssl_conf_command
hslL 23 -: add_header add_trailer
hslSL 1 flag: rewrite_log uninitialized_variable_warn
s 1+ -: listen server_name
sl 1 num: referer_hash_bucket_size referer_hash_max_size
u 0 -: ip_hash least_conn
u 1 msec: keepalive_time keepalive_timeout
u 12 -: hash zone
E 1 msec: accept_mutex_delay
M 1 num: worker_rlimit_nofile
M 1 off: worker_rlimit_core
M 12 -: user
M 23 -: thread_pool
MEhslSLux 1 -: include
h 0{ -: server
h 1 size: http2_recv_buffer_size
h 12{ -: geo
h 1{ -: upstream
h 2 -: limit_conn_zone
h 3 -: limit_req_zone
hs 1 msec: client_header_timeout
hs 1+ -: ssl_protocols
hs 12 -: ssl_session_cache
hsl 0{ -: types
hslL 1 once: post_action
hslL 12 once: expires
hslL 2+ -: error_page
hslLx 1+ -: access_log
l 1 once: alias
l 1 flag: random_index
l 1+{ -: limit_except
lLx 1 -: proxy_pass
sl 01 -: stub_status
sl 1+ -: valid_referers
sl 1+{ -: if
sl 12{ -: location
sl 2+ once: try_files
slSL 0 -: break
slSL 12 -: return
slSL 2 -: set
slSL 23 -: rewrite
u 012 -: random
u 1 -: keepalive
u 1 num: keepalive_requests
u 1+ -: server
`;

/** Those that came later, and those of modules that many builds leave out. */
export const NEWER_AND_OPTIONAL = `
M 0{ -: mail stream
M 1 -: google_perftools_profiles
M 1 flag@1.25.0: quic_bpf
M 1 flag@1.27.4: ssl_object_cache_inheritable
h 1 -: geoip_city geoip_country geoip_org geoip_proxy perl_modules perl_require
h 1 flag: geoip_proxy_recursive
h 2 -: perl_set
hsl 1+ -: image_filter
hsl 1 num: image_filter_jpeg_quality image_filter_sharpen image_filter_webp_quality
hsl 1 flag: image_filter_interlace image_filter_transparency
hsl 1 size: image_filter_buffer
lx 1 -: perl
hsl 1 -: xml_entities
hsl 1+ -: xslt_stylesheet xslt_types
hsl 2 -: xslt_param xslt_string_param
hsl 1 flag: xslt_last_modified
hsl 1 -: degrade
h 1 -: degradation
hs 1 flag@1.25.0: http3 http3_hq quic_gso quic_retry
hs 1 num@1.25.0: http3_max_concurrent_streams quic_active_connection_id_limit
hs 1 size@1.25.0: http3_stream_buffer_size
hs 1 -@1.25.0: quic_host_key
hs 1 flag@1.25.1: http2
hsl 1 flag@1.27.2: proxy_pass_trailers
hsl 1 -@1.27.2: grpc_ssl_key_log proxy_ssl_key_log uwsgi_ssl_key_log
hs 1 -@1.27.2: ssl_key_log
hs 123 -@1.27.4: ssl_certificate_cache
hsl 123 -@1.27.4: grpc_ssl_certificate_cache proxy_ssl_certificate_cache
  uwsgi_ssl_certificate_cache
hsl 1 msec@1.27.4: keepalive_min_timeout
hsl 1+ -@1.29.0: early_hints
hs 1 flag@1.29.1: ssl_certificate_compression
hsl 1 -@1.29.3: add_header_inherit add_trailer_inherit
hs 1 -@1.29.4: ssl_ech_file
hsl 1 flag@1.29.4: grpc_request_buffering
u 1+ -@1.27.3: resolver
u 1 msec@1.27.3: resolver_timeout
u 12 -@1.29.7: keepalive
u 1+ -@1.29.6: sticky
u 12 -@1.31.0: least_time
`;
